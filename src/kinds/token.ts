import type { DesiredToken } from '../desired/desired.ts';
import type { TokenRole, Schedule } from '../spec/cluster.ts';
import type { Write } from '../plan/action.ts';
import type { Swarm } from '../swarm/types.ts';
import { fingerprint } from '../tokens/fingerprint.ts';
import { dueSlot } from '../tokens/schedule.ts';
import type { Kind, World } from './kind.ts';
import { makeAction, waiting } from './make-action.ts';

/**
 * Join tokens, rotated by the clock. The slot that was taken last is in the Swarm's own labels, written by the call that
 * rotates: whoever takes over, with whatever database, never takes a slot twice.
 */
export const token: Kind<DesiredToken> = {
  name: 'token',

  plan(desired, world) {
    const { swarm } = world.snapshot;
    const since = Math.max(lastSlot(swarm, desired.name) ?? 0, countedSince(desired, world));
    const slot = dueSlot(desired.schedule, since, world.now);
    if (slot === undefined) return undefined;
    const changes = [
      { path: 'fingerprint', from: fingerprint(tokenOf(swarm, desired.name)), to: '(new)' },
    ];
    const due = `The slot of ${new Date(slot).toISOString()} is due`;
    if (swarm.RootRotationInProgress) {
      return waiting(
        desired,
        `${due}, but the root certificate is being renewed, which makes new tokens at its end.`,
        { changes },
      );
    }
    return makeAction(desired, {
      action: 'update',
      reason: `${due}.`,
      changes,
      writes: [rotationWrite(swarm, desired.name, slot)],
    });
  },

  own(desired, world) {
    const { rotate, timezone = 'UTC' } = desired.schedule;
    return {
      unit: desired.unit,
      kind: 'token',
      name: desired.name,
      state: { rotate, timezone, since: countedSince(desired, world) },
    };
  },
};

/** The call that rotates a token for a slot (ms since the epoch). */
function rotationWrite(swarm: Swarm, role: TokenRole, slot: number): Write {
  const spec = structuredClone(swarm.Spec);
  spec.Labels = { ...spec.Labels, [slotLabel(role)]: new Date(slot).toISOString() };
  return {
    call: 'swarm.update',
    version: swarm.Version.Index,
    spec,
    rotate: role === 'worker' ? { worker: true } : { manager: true },
  };
}

/** The slot taken last, as the Swarm remembers it; ms since the epoch. */
export function lastSlot(swarm: Pick<Swarm, 'Spec'>, role: TokenRole): number | undefined {
  const slot = Date.parse(swarm.Spec.Labels?.[slotLabel(role)] ?? '');
  return Number.isNaN(slot) ? undefined : slot;
}

function slotLabel(role: TokenRole): string {
  return `skep.rotated.${role}`;
}

/** Since when slots of this schedule count: what it would have asked for before it was written is not owed. */
function countedSince({ unit, name, schedule }: DesiredToken, { owned, now }: World): number {
  const row = owned.find((row) => row.kind === 'token' && row.unit === unit && row.name === name);
  const isSame = row && isSchedule(row.state, schedule);
  return isSame && typeof row.state.since === 'number' ? row.state.since : now;
}

function isSchedule(state: Record<string, unknown>, schedule: Schedule): boolean {
  return state.rotate === schedule.rotate && state.timezone === (schedule.timezone ?? 'UTC');
}

function tokenOf({ JoinTokens }: Swarm, role: TokenRole): string {
  return role === 'worker' ? JoinTokens.Worker : JoinTokens.Manager;
}
