import type { Compose } from '../compose.ts';
import type { Diagnostic, Path, Place } from '../diagnostic.ts';

/** What can only be judged once a unit's files are merged: images, references between the sections, clashing ports. */
export function checkReferences(
  _compose: Compose,
  _locate: (path: Path) => Place | undefined,
): Diagnostic[] {
  return [];
}
