import type { DesiredNetwork } from '../desired/desired.ts';
import type { Action, Change } from '../plan/action.ts';
import type { Network } from '../swarm/types.ts';
import type { Kind, World } from './kind.ts';
import { belongsTo, blocked, makeAction, replacing, waiting } from './make-action.ts';
import { findNetwork } from './network/find-network.ts';
import { inTheWay, type Obstacle } from './network/in-the-way.ts';
import { neededChange } from './network/needed-change.ts';
import { usersOf } from './network/network-users.ts';
import { formerOwner, isProven, otherOwner } from './ownership.ts';

export const network: Kind<DesiredNetwork> = {
  name: 'network',

  plan(desired, world) {
    const live = findNetwork(desired.name, world.snapshot.networks);
    if (!live) return create(desired);
    const owner = otherOwner(desired, live.Labels, world);
    if (owner !== undefined) return belongsTo(desired, owner);
    const changes = neededChange(desired, live, world);
    if (changes.length > 0) return change(desired, live, changes, world);
    if (live.Driver !== '') return undefined;
    return waiting(desired, 'The Swarm has not allocated it yet: addresses may have run out.', {
      condition: 'NetworkPending',
    });
  },

  remove(owned, world) {
    const live = findNetwork(owned.name, world.snapshot.networks);
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
    const live = findNetwork(desired.name, world.snapshot.networks);
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

function create(desired: DesiredNetwork): Action {
  return makeAction(desired, {
    action: 'create',
    reason: 'It does not exist.',
    writes: [{ call: 'network.create', spec: desired.spec }],
  });
}

/** There is no call to change a network: https://github.com/moby/swarmkit has none. */
function change(desired: DesiredNetwork, live: Network, changes: Change[], world: World): Action {
  const fields = changes.map(({ path }) => path).join(', ');
  if (desired.options.replace !== true) {
    return blocked(
      desired,
      `Swarm cannot change a network, and it differs in ${fields}. Give the network another name, or allow to remove and create it anew with "x-skep: { replace: true }".`,
      { condition: 'ReplaceNeeded', changes },
    );
  }
  const obstacles = inTheWay(desired, live, world);
  if (obstacles.length > 0) return inUse(desired, fields, obstacles, changes);
  const users = usersOf(live, world.snapshot);
  if (users.length > 0) {
    return waiting(
      desired,
      `It has to be replaced (${fields}). Everything is detached from it first, and attached again when it is made anew; still there: ${named(users)}.`,
      { condition: replacing, changes },
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

function inUse(
  desired: DesiredNetwork,
  fields: string,
  obstacles: Obstacle[],
  changes: Change[],
): Action {
  const what = named(obstacles.map(({ what }) => what));
  const rest = { condition: 'NetworkInUse', changes };
  const start = `It has to be replaced (${fields}), and nothing is detached from it as long as this is in the way: ${what}.`;
  return obstacles.every(({ passes }) => passes)
    ? waiting(desired, start, rest)
    : blocked(
        desired,
        `${start} See to that by hand (a service is detached with "docker service update --network-rm"), or give the network another name.`,
        rest,
      );
}

function named(users: string[]): string {
  const shown = users.slice(0, 5).join(', ');
  return users.length > 5 ? `${shown} and ${users.length - 5} more` : shown;
}
