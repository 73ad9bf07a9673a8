import type { DesiredToken } from '../desired/desired.ts';
import { type Action, sensitiveValue, type Write } from '../plan/action.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import type { Rotation } from '../swarm/engine.ts';
import type { Swarm } from '../swarm/types.ts';
import { tokenFingerprints } from '../tokens/live-fingerprints.ts';
import { type Live, type Memory, pastOf, readMemory, remember } from '../tokens/memory.ts';
import {
  readRotationLabels,
  withoutRotationLabels,
  writeRotationLabels,
} from '../tokens/rotation-labels.ts';
import { dueSlot, isScheduled, nextSlot, type Slot } from '../tokens/schedule.ts';
import type { Kind, World } from './kind.ts';
import { makeAction, obstacle, waiting } from './make-action.ts';
import { isLocked, unreachableManagers } from './token/unlock-key.ts';

/**
 * Join tokens, and the key that unlocks managers, rotated by the clock. The slot that was taken last is in the Swarm's own
 * labels, written by the call that rotates: whoever takes over, with whatever database, never takes a slot twice. A slot
 * is taken by its own rotation: neither a person nor the end of a CA rotation, which both may give a new token just
 * before, takes it.
 */
export const token: Kind<DesiredToken> = {
  name: 'token',
  ownsBeforeItIsLive: true,

  plan(desired, world) {
    const { swarm } = world.snapshot;
    const isKey = desired.name === 'unlock-key';
    if (isKey && !isLocked(swarm))
      return isScheduled(desired.schedule) ? autolockOff(desired) : undefined;
    const past = pastOf(memoryOf(desired, viewOf(world)), liveToken(swarm, desired.name));
    const slot = dueSlot(desired.schedule, past, world.now)?.slot;
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

  /** The token stays; what was noted of its rotations goes, so that a schedule written later owes nothing for now. */
  remove(owned, { snapshot: { swarm } }) {
    const labels = withoutRotationLabels(swarm.Spec.Labels, owned.name);
    const noted = Object.keys(swarm.Spec.Labels ?? {}).filter((key) => !(key in labels));
    if (noted.length === 0) return undefined;
    const spec = { ...structuredClone(swarm.Spec), Labels: labels };
    return makeAction(owned, {
      action: 'update',
      reason: `No file names the ${owned.name} token any more: it stays, and the labels with its last rotation go.`,
      changes: noted.map((key) => ({
        path: `labels.${key}`,
        from: swarm.Spec.Labels?.[key],
        to: undefined,
      })),
      writes: [{ call: 'swarm.update', version: swarm.Version.Index, spec }],
    });
  },

  own(desired, world) {
    const { unit, name } = desired;
    return { unit, kind: 'token', name, state: memoryOf(desired, viewOf(world)) };
  },
};

/** What the schedule of a token is judged by. `now` in ms since the epoch. */
export type TokenView = Pick<World, 'owned' | 'now'> & { swarm: Swarm };

function viewOf({ snapshot: { swarm }, owned, now }: World): TokenView {
  return { swarm, owned, now };
}

/** When it is rotated next by its schedule; undefined when it never is, or when that is now. */
export function nextTokenSlot(desired: DesiredToken, view: TokenView): Slot | undefined {
  const past = pastOf(memoryOf(desired, view), liveToken(view.swarm, desired.name));
  return nextSlot(desired.schedule, past, view.now);
}

/** What is known of its rotations, with what is live taken in. */
export function memoryOf({ unit, name, schedule }: DesiredToken, view: TokenView): Memory {
  const row = view.owned.find(
    (row) => row.kind === 'token' && row.unit === unit && row.name === name,
  );
  const known = remember(readMemory(row?.state), schedule, liveToken(view.swarm, name), view.now);
  // As long as there is no key, no slot of it counts.
  const isAbsent = name === 'unlock-key' && !isLocked(view.swarm);
  return isAbsent ? { ...known, since: view.now } : known;
}

/** The unlock key is not read for this: who else rotates it goes unnoticed here. */
function liveToken(swarm: Swarm, subject: RotationSubject): Live {
  const labels = readRotationLabels(swarm.Spec.Labels, subject);
  const live = tokenFingerprints(swarm).get(subject);
  const seed = `${swarm.ID} ${subject}`;
  return { ...labels, ...(live !== undefined && { fingerprint: live }), seed };
}

function shownBefore(swarm: Swarm, subject: RotationSubject): string {
  return tokenFingerprints(swarm).get(subject) ?? sensitiveValue;
}

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

/** The call that rotates something for a slot (ms since the epoch). When it was done is added as it is sent. */
function rotationWrite(swarm: Swarm, subject: RotationSubject, slot: number): Write {
  const spec = structuredClone(swarm.Spec);
  spec.Labels = { ...spec.Labels, ...writeRotationLabels(subject, { slot }) };
  const version = swarm.Version.Index;
  return { call: 'swarm.update', version, spec, rotate: rotationOf[subject] };
}
