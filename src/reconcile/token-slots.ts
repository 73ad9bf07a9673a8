import type { DesiredToken } from '../desired/desired.ts';
import type { History } from '../history/history.ts';
import { lastSlot } from '../kinds/token.ts';
import { isLocked } from '../kinds/token/unlock-key.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import type { Swarm } from '../swarm/types.ts';
import { tokenFingerprints } from '../tokens/live-fingerprints.ts';
import { nextSlot } from '../tokens/schedule.ts';
import type { TokenStatus } from './operator.ts';
import type { UnitRecord } from './unit-record.ts';

/** When the next rotation of any token is due, in ms since the epoch. */
export function nextRotationAt(unit: UnitRecord, now: number): number | undefined {
  const slots = tokensOf(unit).flatMap(({ schedule }) => nextSlot(schedule, now) ?? []);
  return slots.length === 0 ? undefined : Math.min(...slots);
}

/** Both join tokens, whether they are scheduled or not, and the unlock key where there is one or files speak of it. */
export function tokenStatus(
  unit: UnitRecord | undefined,
  swarm: Swarm | undefined,
  history: History,
  now: number,
): TokenStatus[] {
  const tokens = unit === undefined ? [] : tokensOf(unit);
  const fingerprints = swarm && tokenFingerprints(swarm);
  const hasKey = (swarm && isLocked(swarm)) ?? false;
  const roles = (['worker', 'manager', 'unlock-key'] as const).filter(
    (role) => role !== 'unlock-key' || hasKey || tokens.some(({ name }) => name === role),
  );
  return roles.map((role) => {
    const schedule = tokens.find((token) => token.name === role)?.schedule;
    return {
      role,
      rotate: schedule?.rotate ?? null,
      timezone: schedule === undefined ? null : (schedule.timezone ?? 'UTC'),
      // The unlock key is not read for this.
      fingerprint: fingerprints?.get(role) ?? null,
      lastRotationAt: lastRotationAt(role, swarm, history),
      nextRotationAt: (schedule && nextSlot(schedule, now)) ?? null,
    };
  });
}

/** Another Skep may have rotated it last: then the Swarm knows the slot. */
function lastRotationAt(
  role: RotationSubject,
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
