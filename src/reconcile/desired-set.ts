import type { DesiredUnit } from '../desired/desired.ts';
import { convertUnit } from '../desired/convert-unit.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { SpecSet, UnitSpec } from '../spec/spec-set.ts';

/** One unit of the files: what it wants, or what is wrong with it. */
export type Wish = {
  name: string;
  kind: 'cluster' | 'stack';
  files: string[];
  revision: string;
  /** Absent when the unit's files are wrong. */
  desired?: DesiredUnit;
  /** The first thing that is wrong, as a sentence with its place. */
  problem?: string;
};

/** All that the files say at one moment. */
export type DesiredSet = {
  wishes: Wish[];
  diagnostics: Diagnostic[];
  /** Everything could be read and converted: only then may anything be pruned. */
  complete: boolean;
  readAt: number;
  /** What each unit wants by the last version of its files that was right. */
  lastGood: DesiredUnit[];
  /** Which unit names each object, by `kind/name`; absent unless complete. */
  named?: ReadonlyMap<string, string>;
};

/** Converts what was read; a unit whose revision is known already is not converted again. */
export function desiredSetFrom(
  specs: SpecSet,
  known: ReadonlyMap<string, Wish>,
  readAt: number,
): DesiredSet {
  const wishes = specs.units.map((spec) => wishOf(spec, known.get(spec.name)));
  const diagnostics = [
    ...specs.diagnostics,
    ...wishes.flatMap((wish) => wish.desired?.diagnostics ?? []),
  ];
  const broken = specs.broken.map((unit): Wish => {
    const kind = known.get(unit.name)?.kind ?? 'stack';
    return { ...unit, kind, revision: '', problem: problemOf(unit.name, diagnostics) };
  });
  const complete = specs.complete && wishes.every((wish) => wish.problem === undefined);
  const named = complete ? { named: namesOf(wishes) } : {};
  const all = [...wishes, ...broken];
  const lastGood = all.flatMap((wish) => lastGoodOf(wish, known) ?? []);
  return { wishes: all, diagnostics, complete, readAt, lastGood, ...named };
}

function lastGoodOf(wish: Wish, known: ReadonlyMap<string, Wish>): DesiredUnit | undefined {
  return wish.problem === undefined ? wish.desired : known.get(wish.name)?.desired;
}

/** Of two units that name one object the first in the set has it; the other is told so. */
function namesOf(wishes: readonly Wish[]): ReadonlyMap<string, string> {
  const objects = wishes.flatMap((wish) => wish.desired?.objects ?? []);
  return new Map(objects.toReversed().map(({ unit, kind, name }) => [`${kind}/${name}`, unit]));
}

function wishOf(spec: UnitSpec, known: Wish | undefined): Wish {
  if (known?.revision === spec.revision && known.desired !== undefined) {
    return { ...known, files: spec.files };
  }
  const desired = convertUnit(spec);
  const { name, kind, files, revision } = spec;
  const wrong = desired.diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  return {
    name,
    kind,
    files,
    revision,
    desired,
    ...(wrong && { problem: problemOf(name, desired.diagnostics) }),
  };
}

function problemOf(unit: string, diagnostics: Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const first = errors.find((diagnostic) => diagnostic.unit === unit) ?? errors[0];
  return first === undefined ? 'Its files are wrong.' : diagnosticText(first);
}

/** `file:line:column: message` */
export function diagnosticText({ place, message }: Diagnostic): string {
  return place === undefined ? message : `${place.file}:${place.line}:${place.column}: ${message}`;
}
