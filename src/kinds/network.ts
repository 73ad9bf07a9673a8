import type { DesiredNetwork } from '../desired/desired.ts';
import { skepLabels, stackLabels } from '../desired/labels.ts';
import type { Action } from '../plan/action.ts';
import type { Network, NetworkCreate } from '../swarm/types.ts';
import type { Kind, World } from './kind.ts';
import { belongsTo, blocked, makeAction, waiting } from './make-action.ts';
import { networkDifferences } from './network/network-differences.ts';
import { usersOf } from './network/network-users.ts';
import { formerOwner, isProven, otherOwner } from './ownership.ts';

export const network: Kind<DesiredNetwork> = {
  name: 'network',

  plan(desired, world) {
    const live = find(desired.name, world);
    if (!live) return create(desired);
    const owner = otherOwner(desired, live.Labels, world);
    if (owner !== undefined) return belongsTo(desired, owner);
    if (live.Driver === '') {
      return waiting(desired, 'The Swarm has not allocated it yet: addresses may have run out.', {
        condition: 'NetworkPending',
      });
    }
    return change(desired, live, world);
  },

  remove(owned, world) {
    const live = find(owned.name, world);
    if (!live || !isProven(owned, live.Labels)) return undefined;
    const users = usersOf(live, world.snapshot);
    if (users.length > 0) return waiting(owned, `It goes when nothing uses it: ${named(users)}.`);
    return makeAction(owned, {
      action: 'delete',
      reason: 'No file names it any more.',
      writes: [{ call: 'network.remove', id: live.Id }],
    });
  },

  own(desired, world) {
    const live = find(desired.name, world);
    const keep = desired.options.prune === false;
    return {
      unit: desired.unit,
      kind: 'network',
      name: desired.name,
      ...(live && { id: live.Id }),
      state: { ...formerOwner(desired.unit, live?.Labels), ...(keep && { prune: false }) },
    };
  },
};

/** On a node whose network of that name is about to go, two may be listed for a while: the younger one counts. */
function find(name: string, world: World): Network | undefined {
  return world.snapshot.networks
    .filter((network) => network.Name === name)
    .sort((a, b) => a.Created.localeCompare(b.Created))
    .at(-1);
}

function create(desired: DesiredNetwork): Action {
  return makeAction(desired, {
    action: 'create',
    reason: 'It does not exist.',
    writes: [{ call: 'network.create', spec: desired.spec }],
  });
}

/** There is no call to change a network: https://github.com/moby/swarmkit has none. */
function change(desired: DesiredNetwork, live: Network, world: World): Action | undefined {
  const hash = desired.spec.Labels?.[skepLabels.spec];
  if (hash !== undefined && hash === live.Labels?.[skepLabels.spec]) return undefined;
  const changes = networkDifferences(live, asTakenOver(desired, live));
  if (changes.length === 0) return undefined;
  const fields = changes.map(({ path }) => path).join(', ');
  if (desired.options.replace !== true) {
    return blocked(
      desired,
      `Swarm cannot change a network, and it differs in ${fields}. Give the network another name, or allow to remove and create it anew with "x-skep: { replace: true }".`,
      { condition: 'ReplaceNeeded', changes },
    );
  }
  const users = usersOf(live, world.snapshot);
  if (users.length > 0) {
    return waiting(
      desired,
      `It has to be replaced (${fields}), which takes that nothing uses it: ${named(users)}. Detach or remove these first.`,
      { condition: 'NetworkInUse', changes },
    );
  }
  return makeAction(desired, {
    action: 'replace',
    reason: `It differs in ${fields}, which cannot be changed in place.`,
    changes,
    writes: [
      { call: 'network.remove', id: live.Id },
      { call: 'network.create', spec: desired.spec },
    ],
  });
}

/** One that came from another stack bears that stack's name for ever. */
function asTakenOver({ unit, spec }: DesiredNetwork, { Labels: found }: Network): NetworkCreate {
  const stack = found?.[stackLabels.namespace];
  if (formerOwner(unit, found).from === undefined || stack === undefined) return spec;
  return { ...spec, Labels: { ...spec.Labels, [stackLabels.namespace]: stack } };
}

function named(users: string[]): string {
  const shown = users.slice(0, 5).join(', ');
  return users.length > 5 ? `${shown} and ${users.length - 5} more` : shown;
}
