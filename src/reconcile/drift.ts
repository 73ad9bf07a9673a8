import type { Action } from '../plan/action.ts';
import type { UnitRecord } from './unit-record.ts';
import { type ObjectKey, objectKey } from './object-key.ts';

/** Swarm's answer to a spec that failed is nobody's change. */
const swarmsOwn = ['RolledBack', 'RolloutPaused'];

/**
 * The actions that put right what somebody changed: of a revision that was live before, any difference is drift. What is
 * due by a schedule does not count, nor what is deleted because it was wished away, nor Skep's own steps in between.
 */
export function driftIn(
  actions: readonly Action[],
  unit: Pick<UnitRecord, 'revision' | 'vanished'>,
  appliedRevision: string | null,
): Action[] {
  if (unit.vanished || appliedRevision !== unit.revision) return [];
  return actions.filter(({ kind, action, aside, changes, scheduled, condition = '', interim }) => {
    if (interim || aside || scheduled) return false;
    if (kind === 'token' || action === 'delete') return false;
    if (swarmsOwn.includes(condition)) return false;
    return action !== 'blocked' || changes.length > 0;
  });
}

/** What was adrift and is not any more. */
export function settledSince(
  drifted: ReadonlySet<ObjectKey>,
  actions: readonly Action[],
): ObjectKey[] {
  const open = new Set(actions.map(objectKey));
  return [...drifted].filter((object) => !open.has(object));
}
