import type { DesiredNetwork, DesiredService } from '../../desired/desired.ts';
import type { Network, Service } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import { isProven, otherOwner } from '../ownership.ts';
import { detached } from '../service/detached.ts';
import { isJob } from '../service/mode.ts';
import { namingIn, patch } from '../service/patch.ts';
import { wanted } from '../service/wanted.ts';
import { attachmentsOf, servicesOn } from './network-users.ts';
import { takenSubnets } from './taken-subnets.ts';

/** `passes`: time alone may take it away. */
export type Obstacle = { what: string; passes?: true };

/**
 * Why a network must not be replaced now. All of it is known before the first service is detached: none is to be
 * without its network for longer than the replacement takes.
 */
export function inTheWay(desired: DesiredNetwork, live: Network, world: World): Obstacle[] {
  const { snapshot, guests } = world;
  const guest = guests?.get(live.Id);
  return [
    ...takenSubnets(desired, live, snapshot.networks).map((what) => ({ what })),
    ...(guest === undefined ? [] : [{ what: containerOf(guest) }]),
    ...servicesOn(live, snapshot).flatMap((service) => {
      const why = whyItStays(service, live, world);
      return why ? [{ ...why, what: `service ${service.Spec.Name} (${why.what})` }] : [];
    }),
  ];
}

function containerOf(task: string): string {
  return `a container of no service, which the Engine knows as task ${task} (remove it, then have Skep reconcile once more)`;
}

/** Undefined when Skep can detach the service, or removes it anyway. */
function whyItStays(service: Service, network: Network, world: World): Obstacle | undefined {
  if (service.ID === world.snapshot.selfServiceId) return { what: 'Skep itself runs there' };
  const wish = wishFor(service, world);
  if (wish === undefined) return whyUnnamedStays(service, world);
  const owner = otherOwner(wish, service.Spec.Labels, world);
  if (owner !== undefined) return { what: `it belongs to ${owner}` };
  if (wish.options.suspend === true) return { what: 'it is suspended' };
  if (isJob(service.Spec)) return { what: 'an update would run this job again' };
  const left = detached(wish, service.Spec, new Set([network.Id, network.Name]));
  if (attachmentsOf(left).length === attachmentsOf(service.Spec).length) {
    return { what: 'its networks are ignored by "x-skep"' };
  }
  return whyUnsettled(wish, service, world);
}

function wishFor({ Spec }: Service, { units = [] }: World): DesiredService | undefined {
  return units
    .flatMap(({ objects }) => objects)
    .find((object) => object.kind === 'service' && object.name === Spec.Name) as
    DesiredService | undefined;
}

function whyUnnamedStays({ Spec }: Service, world: World): Obstacle | undefined {
  const { units = [], owned, named } = world;
  const row = owned.find(({ kind, name }) => kind === 'service' && name === Spec.Name);
  if (!row || !isProven(row, Spec.Labels)) return { what: 'it is in no file' };
  if (row.state.prune === false) return { what: 'it is in no file and not to be pruned' };
  if (named === undefined) return { what: 'not all files can be read', passes: true };
  if (named.has(`service/${Spec.Name}`))
    return { what: `nothing is written for its unit ${row.unit} now` };
  const isRun = units.some(({ name }) => name === row.unit);
  return isRun ? undefined : { what: `it goes with its unit ${row.unit}`, passes: true };
}

/** An update in between would end a rollout, or carry on one that failed. */
function whyUnsettled(desired: DesiredService, live: Service, world: World): Obstacle | undefined {
  switch (live.UpdateStatus?.State) {
    case 'updating':
    case 'rollback_started':
      return { what: 'it is being updated', passes: true };
    case 'paused':
    case 'rollback_paused':
      return { what: 'its last update failed and stands still' };
    case 'rollback_completed': {
      const spec = wanted(desired, live.Spec, world);
      const differs = patch(live.Spec, spec, namingIn(world.snapshot)) !== undefined;
      return differs ? { what: 'its last update failed and was rolled back' } : undefined;
    }
    default:
      return undefined;
  }
}
