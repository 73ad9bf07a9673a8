import { nextEdge } from '../kinds/node/maintenance-window.ts';
import { nextRotationAt, type TokenFacts } from './token-slots.ts';
import type { UnitRecord } from './unit-record.ts';

/** When the clock alone changes what a unit wants next: a rotation, or an edge of a maintenance window. ms since the epoch. */
export function nextMoment(unit: UnitRecord, facts: TokenFacts): number | undefined {
  const edges = (unit.desired?.objects ?? []).flatMap((object) => {
    const { maintenance } = object.kind === 'node' ? object.settings : {};
    return maintenance === undefined ? [] : (nextEdge(maintenance, facts.now) ?? []);
  });
  const moments = [nextRotationAt(unit, facts), ...edges].filter((at) => at !== undefined);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
