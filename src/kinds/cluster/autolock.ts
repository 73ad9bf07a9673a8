import type { DesiredCluster } from '../../desired/desired.ts';
import type { Action } from '../../plan/action.ts';
import { differences } from '../differences.ts';
import type { World } from '../kind.ts';
import { blocked, makeAction, waiting } from '../make-action.ts';

/**
 * Autolock makes a key that every restarted manager asks for. It is turned on, in a write of its own, once the places
 * where the files want the key have been tried: without the key, the restart of a whole Swarm is its end.
 */
export function turnOnAutolock(desired: DesiredCluster, world: World): Action {
  const { swarm } = world.snapshot;
  const changes = differences('autolock', false, true);
  if ((desired.settings.unlock_key?.deliver ?? []).length === 0) {
    return blocked(
      desired,
      'Autolock makes a key that every restarted manager asks for, and no file says where it goes. Name a "file" or a "webhook" under "unlock_key: { deliver: [...] }"; or run "docker swarm update --autolock=true", keep the key it shows, and this settles by itself.',
      { condition: 'AutolockByHand', changes },
    );
  }
  if (world.lockable !== true) {
    const why = world.lockable ?? 'where the key goes has to be tried first by "skep serve"';
    return waiting(
      desired,
      `Autolock is not turned on, for its key could not be handed over: ${why}.`,
      { condition: 'UnlockKeyUndeliverable', changes },
    );
  }
  const spec = structuredClone(swarm.Spec);
  spec.EncryptionConfig = { ...spec.EncryptionConfig, AutoLockManagers: true };
  return makeAction(desired, {
    action: 'update',
    reason: 'Autolock is off, and its key has somewhere to go.',
    changes,
    writes: [{ call: 'swarm.update', version: swarm.Version.Index, spec }],
  });
}
