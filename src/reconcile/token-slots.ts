import type { DesiredToken } from '../desired/desired.ts';
import type { History } from '../history/history.ts';
import type { Swarm } from '../swarm/types.ts';
import { nextSlot } from '../tokens/schedule.ts';
import type { TokenStatus } from './operator.ts';
import { tokenOf } from './send-rotation.ts';
import type { UnitRecord } from './unit-record.ts';

/** When the next rotation of any token is due, in ms since the epoch. */
export function nextRotationAt(unit: UnitRecord, now: number): number | undefined {
  const slots = tokensOf(unit).flatMap(({ schedule }) => nextSlot(schedule, now) ?? []);
  return slots.length === 0 ? undefined : Math.min(...slots);
}

/** Both roles, whether they are scheduled or not. */
export function tokenStatus(
  unit: UnitRecord | undefined,
  swarm: Swarm | undefined,
  history: History,
  now: number,
): TokenStatus[] {
  const tokens = unit === undefined ? [] : tokensOf(unit);
  return (['worker', 'manager'] as const).map((role) => {
    const schedule = tokens.find((token) => token.name === role)?.schedule;
    return {
      role,
      rotate: schedule?.rotate ?? null,
      timezone: schedule === undefined ? null : (schedule.timezone ?? 'UTC'),
      fingerprint: swarm === undefined ? null : tokenOf(swarm, role),
      lastRotationAt: history.lastRotation(role)?.finishedAt ?? null,
      nextRotationAt: (schedule && nextSlot(schedule, now)) ?? null,
    };
  });
}

function tokensOf(unit: UnitRecord): DesiredToken[] {
  return (unit.desired?.objects ?? []).filter((object) => object.kind === 'token');
}
