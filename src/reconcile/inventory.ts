import { isDeepStrictEqual } from 'node:util';
import type { DesiredObject } from '../desired/desired.ts';
import { kinds } from '../kinds/index.ts';
import type { OwnedObject, World } from '../kinds/kind.ts';
import type { Action } from '../plan/action.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import { objectKey } from './object-key.ts';

/** What the inventory must say of objects that are as they should be and that it does not say yet (adopted, or a crash came between). */
export function toOwn(
  objects: readonly DesiredObject[],
  actions: readonly Action[],
  world: World,
): OwnedObject[] {
  const unfinished = new Set(actions.map(objectKey));
  const known = new Map(world.owned.map((owned) => [ownedKey(owned), owned]));
  return objects.flatMap((object) => {
    const kind = kinds[object.kind];
    if (unfinished.has(objectKey(object)) && !kind.ownsBeforeItIsLive) return [];
    const owned = kind.own?.(object, world);
    if (owned === undefined || isDeepStrictEqual(owned, known.get(ownedKey(owned)))) return [];
    return [owned];
  });
}

/** Rows of the unit that no object wants and nothing live stands behind any more. */
export function toDisown(
  unit: string,
  objects: readonly DesiredObject[],
  world: World,
): OwnedObject[] {
  const wanted = new Set(
    objects.flatMap((object) => {
      const owned = kinds[object.kind].own?.(object, world);
      return owned === undefined ? [] : [ownedKey(owned)];
    }),
  );
  return world.owned.filter(
    (owned) =>
      owned.unit === unit &&
      !wanted.has(ownedKey(owned)) &&
      !isLive(owned, world.snapshot) &&
      kinds[owned.kind].remove?.(owned, world) === undefined,
  );
}

function ownedKey({ unit, kind, name }: OwnedObject): string {
  return `${unit} ${kind}/${name}`;
}

/** Nodes and settings outlive what was owned of them, so of these only `remove` can tell. */
function isLive({ kind, name }: OwnedObject, snapshot: Snapshot): boolean {
  switch (kind) {
    case 'service':
      return snapshot.services.some((service) => service.Spec.Name === name);
    case 'network':
      return snapshot.networks.some((network) => network.Name === name);
    case 'config':
      return snapshot.configs.some((config) => config.Spec.Name === name);
    case 'secret':
      return snapshot.secrets.some((secret) => secret.Spec.Name === name);
    default:
      return false;
  }
}
