import type { Config, Secret } from '../../swarm/types.ts';
import type { OwnedObject, World } from '../kind.ts';
import { isUsed } from './object-users.ts';

/** How many versions that nothing refers to stay, for a rollback by hand. */
const defaultKeep = 2;

/**
 * IDs of the unused versions of one config or secret that stay: the newest ones, as long as the files still have it
 * (`world.bases`). What the files have no longer keeps none.
 */
export function versionsToKeep(owned: OwnedObject, world: World): ReadonlySet<string> {
  const { base } = owned.state;
  if (typeof base !== 'string' || !world.bases?.has(`${owned.kind}/${base}`)) return new Set();
  const versions = new Set(
    world.owned
      .filter((row) => row.unit === owned.unit && row.kind === owned.kind)
      .filter((row) => row.state.base === base && !world.current?.has(`${row.kind}/${row.name}`))
      .map((row) => row.name),
  );
  const objects: (Config | Secret)[] =
    owned.kind === 'config' ? world.snapshot.configs : world.snapshot.secrets;
  const newest = objects
    .filter(({ ID, Spec }) => versions.has(Spec.Name) && !isUsed(ID, world.snapshot))
    .sort((a, b) => b.CreatedAt.localeCompare(a.CreatedAt))
    .slice(0, world.keepVersions ?? defaultKeep);
  return new Set(newest.map(({ ID }) => ID));
}
