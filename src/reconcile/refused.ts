import { wishHash } from '../kinds/service.ts';
import type { DesiredObject } from '../desired/desired.ts';
import type { OwnedObject } from '../kinds/kind.ts';
import type { Observation } from './observation.ts';

/**
 * Hashes of the specs that Swarm rolled back or paused, by service: what is known, plus what is seen now. The last spec
 * sent is in the inventory, so a wish that changed since is not taken for the one that failed.
 */
export function refusedNow(
  known: Readonly<Record<string, string>>,
  objects: readonly DesiredObject[],
  { services }: Observation,
  owned: readonly OwnedObject[],
): Record<string, string> {
  const refused = { ...known };
  for (const object of objects) {
    if (object.kind !== 'service') continue;
    const status = services.get(object.name)?.UpdateStatus?.State ?? '';
    if (status !== 'paused' && !status.startsWith('rollback_')) continue;
    const hash = wishHash(object);
    const row = owned.find((one) => one.kind === 'service' && one.name === object.name);
    if (row?.state['hash'] === hash) refused[object.name] = hash;
  }
  return refused;
}
