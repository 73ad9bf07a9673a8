import type { Diagnostic, Path, Place } from '../spec/diagnostic.ts';
import type { UnitSpec } from '../spec/spec-set.ts';

/** Something wrong at a path of the unit's files. */
export type Finding = { path: Path; code: string; message: string; remedy: string };

/** What every part of a conversion looks at, and where it says what it found. */
export type Scope = {
  unit: UnitSpec;
  error(finding: Finding): void;
  warn(finding: Finding): void;
};

/** A scope whose findings land in `diagnostics`, with the nearest place that is known. */
export function openScope(unit: UnitSpec, diagnostics: Diagnostic[]): Scope {
  const report = (severity: Diagnostic['severity'], { path, ...finding }: Finding): void => {
    const place = placeOf(unit, path);
    diagnostics.push({ severity, ...finding, ...(place && { place }), unit: unit.name });
  };
  return {
    unit,
    error: (finding) => report('error', finding),
    warn: (finding) => report('warning', finding),
  };
}

/** The place of a path, or of the nearest thing around it that stands in a file. */
export function placeOf(unit: UnitSpec, path: Path): Place | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const place = unit.locate(path.slice(0, length));
    if (place) return place;
  }
  return undefined;
}
