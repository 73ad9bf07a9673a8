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
  const drift = driftIn(actions, { vanished: unit.vanished, revision }, state.appliedRevision);
  for (const action of drift) {
    const { kind, name, changes } = action;
    if (unit.drifted.has(objectKey(action))) continue;
    unit.drifted.add(objectKey(action));
    history.recordDrift({ unit: unit.name, kind, name, changes, at, settledAt: null });
    news.tell('drift.found', unit.name, { kind, name, changes });
  }
  noteSettled(unit, actions, parts);
  return new Set(drift.map(objectKey));
}

/** Records what drifted and no longer does, whoever put it right. */
export function noteSettled(
  unit: UnitRecord,
  actions: readonly Action[],
  { history, news, clock }: LoopParts,
): void {
  const at = clock.now();
  for (const object of settledSince(unit.drifted, actions)) {
    const { kind, name } = parseObjectKey(object);
    unit.drifted.delete(object);
    history.settleDrift(unit.name, kind, name, at);
    news.tell('drift.settled', unit.name, { kind, name });
  }
}
