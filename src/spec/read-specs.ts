import { realpath } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { defineStacks } from './define-stacks.ts';
import type { Layout, StackDefinition } from './define-stacks.ts';
import { hasErrors } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { Documents } from './documents.ts';
import { findSpecs } from './find-specs.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { readCluster } from './read-cluster.ts';
import { readStack } from './read-stack.ts';
import type { ReadStack } from './read-stack.ts';
import type { ReadUnit } from './read-unit.ts';
import { SourceDirectory } from './source-directory.ts';
import { clusterUnit } from './spec-set.ts';
import type { SpecSet } from './spec-set.ts';
import { newContext, reportProblem } from './unit-context.ts';
import type { Reading, UnitContext } from './unit-context.ts';
import { readVariables } from './unit-variables.ts';
import { Variables } from './variables.ts';

export type ReadOptions = {
  directory: string;
  /** What of the process environment the files may see. It wins over every file of variables. */
  environment: Record<string, string>;
  /** Services with `profiles` are there when one of theirs is; `*` is all. */
  profiles?: string[];
  /**
   * Given every file that is read; answers with its plain bytes. What it throws is shown, so that its messages must not
   * hold anything secret.
   */
  decrypt?: (file: string, bytes: Buffer) => Promise<Buffer>;
  /** Proposed texts by relative path, laid over the directory. */
  overlay?: Record<string, string>;
};

const concurrentReads = 32;

/**
 * Reads the whole desired directory. Never throws: all that is wrong in any file is among the diagnostics, and whoever
 * prunes looks at `complete`. 500 stacks of a few services take about 0.4 s, most of it in the YAML parser and the checks.
 */
export async function readSpecs(options: ReadOptions): Promise<SpecSet> {
  const root = await realRoot(options.directory);
  if (typeof root !== 'string')
    return { units: [], broken: [], diagnostics: [root], complete: false };
  const reading = newReading(options, root);
  const found = await findSpecs(reading.source);
  const paths = [...found.others, ...found.stacks.map(({ file }) => file)];
  await mapConcurrently(paths, concurrentReads, (path) => reading.documents.read(path));
  const context = await clusterContext(reading);
  const layout = await defineStacks(reading, found, context);
  const stacks = await mapConcurrently(byName(layout.stacks), concurrentReads, (same) =>
    readOne(reading, same),
  );
  const cluster =
    layout.clusterFiles.length > 0 && (await readCluster(context, layout.clusterFiles));
  const units: ReadUnit[] = cluster ? [cluster, ...stacks] : stacks;
  const apart = [...found.diagnostics, ...includedSpecs(layout, [...stacks, context])];
  return gather(units, apart);
}

/** Symlinks on the way to the directory are followed once, so that one read sees one state of it. */
async function realRoot(directory: string): Promise<string | Diagnostic> {
  try {
    return await realpath(directory);
  } catch {
    return {
      severity: 'error',
      code: 'directory-missing',
      message: `The desired directory "${directory}" is not there or may not be read.`,
      remedy: 'Name the directory of your files with --desired.',
    };
  }
}

function newReading(options: ReadOptions, root: string): Reading {
  const overlay = Object.entries(options.overlay ?? {}).map(
    ([path, text]) => [posix.normalize(path), text] as const,
  );
  const source = new SourceDirectory(root, new Map(overlay), options.decrypt);
  return {
    source,
    documents: new Documents(source),
    environment: new Map(Object.entries(options.environment)),
    profiles: options.profiles ?? [],
    // As named: behind a symlink that moves with each commit, binds must not move.
    directory: resolve(options.directory),
  };
}

async function clusterContext(reading: Reading): Promise<UnitContext> {
  const context = newContext(reading, '', new Variables(reading.environment));
  const values = await readVariables(context, '', [], context.variables.lookup);
  return { ...context, variables: context.variables.over(values) };
}

function byName(stacks: readonly StackDefinition[]): StackDefinition[][] {
  const names = Map.groupBy(stacks, ({ name }) => name);
  return [...names.values()].sort(([a], [b]) => (a!.name < b!.name ? -1 : 1));
}

async function readOne(reading: Reading, same: StackDefinition[]): Promise<ReadStack> {
  const [first, ...more] = same as [StackDefinition, ...StackDefinition[]];
  if (more.length === 0) return readStack(reading, first);
  const diagnostics: Diagnostic[] = [];
  for (const { place, name } of more) {
    const message = `The stack "${name}" is already there in ${first.place.file}:${first.place.line}.`;
    const problem = { code: 'duplicate', message, remedy: 'Rename or remove one of the two.' };
    reportProblem(diagnostics, problem, place);
  }
  const reads = await Promise.all(same.map((stack) => readStack(reading, stack)));
  const files = same.flatMap((stack) => stack.files.map(({ path }) => path));
  return {
    broken: { name: first.name, files },
    diagnostics: [
      ...diagnostics.map((found) => ({ ...found, unit: first.name })),
      ...reads.flatMap((read) => read.diagnostics),
    ],
    included: reads.flatMap((read) => read.included),
  };
}

/** A cluster file that is also included would be deployed twice, once under plain names. */
function includedSpecs(layout: Layout, units: Pick<UnitContext, 'included'>[]): Diagnostic[] {
  const clusterFiles = new Set(layout.clusterFiles);
  const diagnostics: Diagnostic[] = [];
  for (const { path, place } of units.flatMap(({ included }) => included)) {
    if (!clusterFiles.has(path)) continue;
    const message = `"${path}" is included here and is a cluster file as well.`;
    const remedy = 'Begin its name with "_", so that it is only read where it is included.';
    reportProblem(diagnostics, { code: 'included-spec', message, remedy }, place);
  }
  return diagnostics.map((found) => ({ ...found, unit: clusterUnit }));
}

function gather(reads: readonly ReadUnit[], apart: readonly Diagnostic[]): SpecSet {
  const all = [...apart, ...reads.flatMap(({ diagnostics }) => diagnostics)];
  const distinct = new Map(all.map((found) => [JSON.stringify(found), found]));
  const diagnostics = [...distinct.values()].sort(byPlace);
  return {
    units: reads.flatMap(({ unit }) => unit ?? []),
    broken: reads.flatMap(({ broken }) => broken ?? []),
    diagnostics,
    complete: !hasErrors(diagnostics),
  };
}

function byPlace({ place: a }: Diagnostic, { place: b }: Diagnostic): number {
  if (!a || !b) return Number(Boolean(a)) - Number(Boolean(b));
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
