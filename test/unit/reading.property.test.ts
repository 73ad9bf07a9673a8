import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, constantFrom, nat, record, tuple } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { convertUnit } from '../../src/desired/convert-unit.ts';
import { planUnit } from '../../src/plan/plan-unit.ts';
import type { Diagnostic } from '../../src/spec/diagnostic.ts';
import { formatDiagnostic } from '../../src/spec/format-diagnostic.ts';
import { readSpecs } from '../../src/spec/read-specs.ts';
import { anyClusterFile, anyPiece, anyStackFile } from './any-file.ts';
import { corpusIsThere, listDeployed, readCorpus } from './corpus.fixture.ts';
import { aWorld, options } from './world.ts';

/** Right files with something wrong in them: what people really write. Every one is read, judged and planned. */
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'skep-reading-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** Far above what any of these files may take, in ms. */
const longest = 15_000;

type Edit = { kind: keyof typeof editors; at: number; by: number; piece: string };

/** Each changes a text at `at`, by so many characters or lines. */
const editors = {
  insert: (text: string, { at, piece }: Edit) => text.slice(0, at) + piece + text.slice(at),
  cut: (text: string, { at, by }: Edit) => text.slice(0, at) + text.slice(at + by),
  end: (text: string, { at }: Edit) => text.slice(0, at),
  indent: (text: string, edit: Edit) =>
    inLines(text, edit, (line) => [' '.repeat(edit.by % 9) + line]),
  twice: (text: string, edit: Edit) => inLines(text, edit, (line) => [line, line]),
  drop: (text: string, edit: Edit) => inLines(text, edit, () => []),
};

const anyEdit: Arbitrary<Edit> = record({
  kind: constantFrom(...(Object.keys(editors) as Edit['kind'][])),
  at: nat(1_000_000),
  by: nat(40),
  piece: anyPiece,
});

function edited(text: string, edit: Edit): string {
  return editors[edit.kind](text, { ...edit, at: edit.at % (text.length + 1) });
}

/** The line at `at` becomes others. */
function inLines(text: string, { at }: Edit, change: (line: string) => string[]): string {
  const number = text.slice(0, at).split('\n').length - 1;
  return text
    .split('\n')
    .flatMap((line, one) => (one === number ? change(line) : [line]))
    .join('\n');
}

/** Reads a stack and a cluster file, converts and plans what could be read, and says what must not be said. */
async function judge(stack: string, cluster: string): Promise<string[]> {
  const started = performance.now();
  const overlay = { 'stacks/shop.yaml': stack, 'cluster.yaml': cluster, '_key.txt': 'honey' };
  const { units, broken, complete, diagnostics } = await readSpecs({
    directory,
    environment: {},
    overlay,
  });
  const converted = units.map((unit) => convertUnit(unit));
  const plans = converted.map((desired) => planUnit(desired, aWorld(), options));
  const found = [...diagnostics, ...plans.flatMap((plan) => plan.diagnostics)];
  const took = performance.now() - started;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return [
    ...found.filter(isVague).map((one) => `without a place: ${formatDiagnostic(one)}`),
    ...(complete === (errors.length === 0) ? [] : ['complete and errors contradict each other']),
    ...(units.length + broken.length > 0 ? [] : ['no unit is left, right or wrong']),
    ...(took < longest ? [] : [`it took ${Math.round(took)} ms`]),
  ];
}

function isVague({ place }: Diagnostic): boolean {
  return place === undefined || place.line < 1 || place.column < 1;
}

const asText = (file: Record<string, unknown>, style: number) =>
  style % 2 === 0 ? stringify(file) : JSON.stringify(file, null, 1);

const anyText = (file: Arbitrary<Record<string, unknown>>) =>
  tuple(file, nat(1), array(anyEdit, { maxLength: 3 })).map(([data, style, edits]) =>
    edits.reduce(edited, asText(data, style)),
  );

describe('whatever is wrong in a file, it is read in time, and each finding has its place', () => {
  test('of files that were right', { timeout: 120_000 }, async () => {
    await assert(
      asyncProperty(anyText(anyStackFile), anyText(anyClusterFile), async (stack, cluster) => {
        expect(await judge(stack, cluster)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test.skipIf(!corpusIsThere)('of files of the corpus', { timeout: 240_000 }, async () => {
    const files = listDeployed('golden').flatMap((deployed) => readCorpus(deployed));
    await assert(
      asyncProperty(
        constantFrom(...files),
        array(anyEdit, { minLength: 1, maxLength: 4 }),
        async (text, edits) => {
          expect(await judge(edits.reduce(edited, text), 'nodes: {}\n')).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
