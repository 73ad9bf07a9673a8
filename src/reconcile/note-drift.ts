import type { UnitState } from '../history/history.ts';
import type { Action } from '../plan/action.ts';
import { driftIn, settledSince } from './drift.ts';
import type { LoopParts } from './loop-parts.ts';
import { type ObjectKey, objectKey, parseObjectKey } from './object-key.ts';
import type { UnitRecord } from './unit-record.ts';

/** Records what drifted and what no longer does; returns the objects that drifted. */
export function noteDrift(
  unit: UnitRecord,
  actions: readonly Action[],
  { state, revision }: { state: Pick<UnitState, 'appliedRevision'>; revision: string },
  parts: LoopParts,
): Set<ObjectKey> {
  const { history, news, clock } = parts;
  const at = clock.now();
  const known = driftedOf(unit, parts);
  const drift = driftIn(actions, { vanished: unit.vanished, revision }, state.appliedRevision);
  for (const action of drift) {
    const { kind, name, changes } = action;
    if (known.has(objectKey(action))) continue;
    known.add(objectKey(action));
    history.recordDrift({ unit: unit.name, kind, name, changes, at, settledAt: null });
    news.tell('drift.found', unit.name, { kind, name, changes });
  }
  noteSettled(unit, actions, parts);
  return new Set(drift.map(objectKey));
}

/** Records what drifted and no longer does, whoever put it right. */
export function noteSettled(unit: UnitRecord, actions: readonly Action[], parts: LoopParts): void {
  const { history, news, clock } = parts;
  const at = clock.now();
  const known = driftedOf(unit, parts);
  for (const object of settledSince(known, actions)) {
    const { kind, name } = parseObjectKey(object);
    known.delete(object);
    history.settleDrift(unit.name, kind, name, at);
    news.tell('drift.settled', unit.name, { kind, name });
  }
}

const newest = 500;

/** At first what an earlier process saw adrift and did not live to see put right. */
function driftedOf(unit: UnitRecord, { history }: LoopParts): Set<ObjectKey> {
  unit.drifted ??= new Set(
    history
      .drift({ unit: unit.name, limit: newest })
      .items.filter(({ settledAt }) => settledAt === null)
      .map(objectKey),
  );
  return unit.drifted;
}
