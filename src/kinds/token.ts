import type { DesiredToken } from '../desired/desired.ts';
import type { RotationSubject, Schedule } from '../spec/cluster.ts';
import { type Action, sensitiveValue, type Write } from '../plan/action.ts';
import type { Rotation } from '../swarm/engine.ts';
import type { Swarm } from '../swarm/types.ts';
import { fingerprint } from '../tokens/fingerprint.ts';
import { dueSlot } from '../tokens/schedule.ts';
import type { Kind, World } from './kind.ts';
import { makeAction, obstacle, waiting } from './make-action.ts';
import { isLocked, unreachableManagers } from './token/unlock-key.ts';

/**
 * Join tokens, and the key that unlocks managers, rotated by the clock. The slot that was taken last is in the Swarm's own labels, written by the call that
 * rotates: whoever takes over, with whatever database, never takes a slot twice.
 */
export const token: Kind<DesiredToken> = {
  name: 'token',

  plan(desired, world) {
    const { swarm } = world.snapshot;
    const isKey = desired.name === 'unlock-key';
    if (isKey && !isLocked(swarm)) return autolockOff(desired);
    const since = Math.max(lastSlot(swarm, desired.name) ?? 0, countedSince(desired, world));
    const slot = dueSlot(desired.schedule, since, world.now);
    if (slot === undefined) return undefined;
    const changes = [{ path: 'fingerprint', from: shownBefore(swarm, desired.name), to: '(new)' }];
    const due = `The slot of ${new Date(slot).toISOString()} is due`;
    if (isKey) {
      const away = unreachableManagers(world.snapshot.nodes);
      if (away.length > 0) return lockedOut(desired, due, away);
    } else if (swarm.RootRotationInProgress) {
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

/** The Engine would take the call, and do nothing. */
function autolockOff(desired: DesiredToken): Action {
  return obstacle(
    desired,
    'The key that unlocks managers cannot be rotated: autolock is off, so there is none. Turn it on ("autolock: true"), or take the schedule out.',
    { condition: 'AutolockOff' },
  );
}

/** A manager that was away during the rotation asks for the key before, which nobody may have by then. */
function lockedOut(desired: DesiredToken, due: string, away: readonly string[]): Action {
  return obstacle(
    desired,
    `${due}, but not every manager can be told of a new key, and without it needs the one before to start: ${away.join(', ')}. Start what is down, or remove it from the Swarm.`,
    { condition: 'ManagerUnreachable', waiting: true },
  );
}

/** What the Engine is asked to rotate. */
export const rotationOf: Record<RotationSubject, Rotation> = {
  worker: { worker: true },
  manager: { manager: true },
  'unlock-key': { unlockKey: true },
};

/** The call that rotates a token for a slot (ms since the epoch). */
function rotationWrite(swarm: Swarm, subject: RotationSubject, slot: number): Write {
  const spec = structuredClone(swarm.Spec);
  spec.Labels = { ...spec.Labels, [slotLabel(subject)]: new Date(slot).toISOString() };
  const version = swarm.Version.Index;
  return { call: 'swarm.update', version, spec, rotate: rotationOf[subject] };
}

/** The slot taken last, as the Swarm remembers it; ms since the epoch. */
export function lastSlot(swarm: Pick<Swarm, 'Spec'>, subject: RotationSubject): number | undefined {
  const slot = Date.parse(swarm.Spec.Labels?.[slotLabel(subject)] ?? '');
  return Number.isNaN(slot) ? undefined : slot;
}

function slotLabel(subject: RotationSubject): string {
  return `skep.rotated.${subject}`;
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

/** The unlock key is not read just to be shown. */
function shownBefore({ JoinTokens }: Swarm, subject: RotationSubject): string {
  if (subject === 'unlock-key') return sensitiveValue;
  return fingerprint(subject === 'worker' ? JoinTokens.Worker : JoinTokens.Manager);
}
