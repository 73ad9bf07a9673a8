import type { DesiredToken } from '../desired/desired.ts';
import type { History } from '../history/history.ts';
import { lastSlot } from '../kinds/token.ts';
import type { TokenRole } from '../spec/cluster.ts';
import type { Swarm } from '../swarm/types.ts';
import { nextSlot } from '../tokens/schedule.ts';
import type { DeliveryStatus, TokenStatus } from './operator.ts';
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
  deliveries: readonly DeliveryStatus[],
): TokenStatus[] {
  const tokens = unit === undefined ? [] : tokensOf(unit);
  return (['worker', 'manager'] as const).map((role) => {
    const schedule = tokens.find((token) => token.name === role)?.schedule;
    return {
      role,
      rotate: schedule?.rotate ?? null,
      timezone: schedule === undefined ? null : (schedule.timezone ?? 'UTC'),
      fingerprint: swarm === undefined ? null : tokenOf(swarm, role),
      lastRotationAt: lastRotationAt(role, swarm, history),
      nextRotationAt: (schedule && nextSlot(schedule, now)) ?? null,
      deliveries: deliveries.filter(({ subject }) => subject === role),
    };
  });
}

/** Another Skep may have rotated it last: then the Swarm knows the slot. */
function lastRotationAt(
  role: TokenRole,
  swarm: Swarm | undefined,
  history: History,
): number | null {
  const known = [
    history.lastRotation(role)?.finishedAt,
    swarm === undefined ? undefined : lastSlot(swarm, role),
  ].filter((at) => typeof at === 'number');
  return known.length === 0 ? null : Math.max(...known);
}

function tokensOf(unit: UnitRecord): DesiredToken[] {
  return (unit.desired?.objects ?? []).filter((object) => object.kind === 'token');
}
