import { createHash } from 'node:crypto';
import type { Diagnostic, Path, Place } from './diagnostic.ts';
import type { Documents } from './documents.ts';
import type { OpenFile } from './open-file.ts';
import type { Problem, SourceDirectory } from './source-directory.ts';
import type { Variables } from './variables.ts';

/** What is at hand for all of one read. */
export type Reading = {
  source: SourceDirectory;
  documents: Documents;
  environment: ReadonlyMap<string, string>;
  profiles: readonly string[];
  /** The desired directory as the user named it, absolute. */
  directory: string;
};

/** One unit while it is read; what is found on the way gathers here. */
export type UnitContext = {
  reading: Reading;
  /** Relative to the desired directory; relative paths of the unit resolve from here. */
  folder: string;
  variables: Variables;
  diagnostics: Diagnostic[];
  /** Every file that went in. */
  inputs: Map<string, Buffer>;
  /** In merging order. */
  loaded: OpenFile[];
  included: { path: string; place: Place | undefined }[];
  opened: Map<string, Promise<OpenFile | undefined>>;
};

export function newContext(reading: Reading, folder: string, variables: Variables): UnitContext {
  return {
    reading,
    folder,
    variables,
    diagnostics: [],
    inputs: new Map(),
    loaded: [],
    included: [],
    opened: new Map(),
  };
}

export function reportProblem(
  diagnostics: Diagnostic[],
  problem: Problem,
  place: Place | undefined,
): void {
  diagnostics.push({ severity: 'error', ...problem, ...(place && { place }) });
}

/** The bytes of a file the unit needs; what is wrong with it is reported at the place that names it. */
export async function readInput(
  context: UnitContext,
  path: string,
  place: Place | undefined,
  optional = false,
): Promise<Buffer | undefined> {
  const read = await context.reading.source.read(path);
  if ('bytes' in read) {
    context.inputs.set(path, read.bytes);
    return read.bytes;
  }
  if (!(optional && read.missing)) reportUnread(context, read.problem, place);
  return undefined;
}

/** The path of a file may have been put together from variables. */
export function reportUnread(
  context: UnitContext,
  problem: Problem,
  place: Place | undefined,
): void {
  const message = context.variables.mask(problem.message);
  reportProblem(context.diagnostics, { ...problem, message }, place);
}

/** As `readInput`, for a file of text. */
export async function readInputText(
  context: UnitContext,
  path: string,
  place: Place | undefined,
  optional = false,
): Promise<string | undefined> {
  const bytes = await readInput(context, path, place, optional);
  if (!bytes) return undefined;
  const read = await context.reading.source.readText(path);
  if ('text' in read) return read.text;
  reportUnread(context, read.problem, place);
  return undefined;
}

/** Where a path was written: in the last file that has it, or else where the nearest thing above it was. */
export function locateIn(files: readonly OpenFile[], path: Path): Place | undefined {
  const lastFirst = files.toReversed();
  for (let length = path.length; length > 0; length--) {
    for (const { checked } of lastFirst) {
      const place = checked.locate(path.slice(0, length));
      if (place) return place;
    }
  }
  return files[0] && { file: files[0].path, line: 1, column: 1 };
}

/** Changes with every byte and variable that went in, and with nothing else. */
export function revisionOf(context: UnitContext, files: readonly string[]): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([files, context.reading.profiles, context.variables.asked()]));
  for (const [path, bytes] of [...context.inputs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([path, bytes.length])).update(bytes);
  }
  return hash.digest('hex');
}
