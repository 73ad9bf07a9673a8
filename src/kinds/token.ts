import type { DesiredToken } from '../desired/desired.ts';
import type { Write } from '../plan/action.ts';
import type { TokenRole } from '../spec/cluster.ts';
import type { Swarm } from '../swarm/types.ts';
import { fingerprint } from '../tokens/fingerprint.ts';
import { type Live, type Memory, pastOf, readMemory, remember } from '../tokens/memory.ts';
import {
  readRotationLabels,
  withoutRotationLabels,
  writeRotationLabels,
} from '../tokens/rotation-labels.ts';
import { dueSlot, nextSlot, type Slot } from '../tokens/schedule.ts';
import type { Kind, World } from './kind.ts';
import { makeAction, waiting } from './make-action.ts';

/**
 * Join tokens, rotated by the clock. The slot that was taken last is in the Swarm's own labels, written by the call that
 * rotates: whoever takes over, with whatever database, never takes a slot twice. A slot is taken by its own rotation:
 * neither a person nor the end of a CA rotation, which both may give a new token just before, takes it.
 */
export const token: Kind<DesiredToken> = {
  name: 'token',
  ownsBeforeItIsLive: true,

  plan(desired, world) {
    const { swarm } = world.snapshot;
    const past = pastOf(memoryOf(desired, viewOf(world)), liveToken(swarm, desired.name));
    const slot = dueSlot(desired.schedule, past, world.now)?.slot;
    if (slot === undefined) return undefined;
    const changes = [
      { path: 'fingerprint', from: fingerprintOf(swarm, desired.name), to: '(new)' },
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
  return remember(readMemory(row?.state), schedule, liveToken(view.swarm, name), view.now);
}

/** Fingerprint of a role's live token. */
export function fingerprintOf({ JoinTokens }: Swarm, role: TokenRole): string {
  return fingerprint(role === 'worker' ? JoinTokens.Worker : JoinTokens.Manager);
}

function liveToken(swarm: Swarm, role: TokenRole): Live {
  const labels = readRotationLabels(swarm.Spec.Labels, role);
  return { ...labels, fingerprint: fingerprintOf(swarm, role), seed: `${swarm.ID} ${role}` };
}

/** The call that rotates a token for a slot (ms since the epoch). When it was done is added as it is sent. */
function rotationWrite(swarm: Swarm, role: TokenRole, slot: number): Write {
  const spec = structuredClone(swarm.Spec);
  spec.Labels = { ...spec.Labels, ...writeRotationLabels(role, { slot }) };
  return {
    call: 'swarm.update',
    version: swarm.Version.Index,
    spec,
    rotate: role === 'worker' ? { worker: true } : { manager: true },
  };
}
