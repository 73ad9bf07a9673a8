import type { DesiredNetwork } from '../../desired/desired.ts';
import type { Network } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import { findNetwork } from './find-network.ts';
import { inTheWay } from './in-the-way.ts';
import { neededChange } from './needed-change.ts';
import { servicesOn } from './network-users.ts';

/**
 * Networks about to be replaced, ID to name: whatever of Skep's uses one is detached first, and to all others it counts
 * as not there. Follows from the files of all units and the Swarm alone, so each unit comes to the same answer by itself.
 */
export function leavingNetworks(world: World): ReadonlyMap<string, string> {
  const { units = [], snapshot } = world;
  return new Map(
    units
      .flatMap(({ objects }) => objects)
      .filter((object): object is DesiredNetwork => object.kind === 'network')
      .filter(({ options }) => options.replace === true && options.suspend !== true)
      .flatMap((desired) => {
        const live = findNetwork(desired.name, snapshot.networks);
        return live && isLeaving(desired, live, world) ? [[live.Id, live.Name] as const] : [];
      }),
  );
}

function isLeaving(desired: DesiredNetwork, live: Network, world: World): boolean {
  return (
    neededChange(desired, live, world).length > 0 && inTheWay(desired, live, world).length === 0
  );
}

/** Units that have to detach or remove services of theirs before this unit's networks can be replaced. */
export function unitsHolding(unit: string, { units = [], leaving, snapshot, owned }: World) {
  const own = units.find(({ name }) => name === unit)?.objects ?? [];
  const names = own
    .filter(({ kind }) => kind === 'network')
    .map(({ name }) => findNetwork(name, snapshot.networks))
    .filter((live) => live !== undefined && leaving?.has(live.Id) === true)
    .flatMap((live) => (live ? servicesOn(live, snapshot) : []))
    .map(({ Spec }) => Spec.Name);
  const holders = [...units.flatMap(({ objects }) => objects), ...owned]
    .filter(({ kind, name }) => kind === 'service' && names.includes(name))
    .map((object) => object.unit);
  return [...new Set(holders)].filter((name) => name !== unit).toSorted();
}
