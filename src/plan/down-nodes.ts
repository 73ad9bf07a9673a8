import type { DesiredObject } from '../desired/desired.ts';
import type { World } from '../kinds/kind.ts';
import { blocked } from '../kinds/make-action.ts';
import { removeDown } from '../kinds/node/down-node.ts';
import type { Action } from './action.ts';
import type { PlanOptions } from './plan-unit.ts';

/** Takes nodes off the list that have been down long enough; not most of the Swarm at once, which speaks of another fault. */
export function removeDownNodes(
  objects: readonly DesiredObject[],
  world: World,
  { allow }: PlanOptions,
): Action[] {
  const going = objects.flatMap((object) =>
    object.kind === 'node' ? (removeDown(object, world) ?? []) : [],
  );
  const all = world.snapshot.nodes.length;
  const isMost = going.length >= 2 && going.length * 2 > all;
  return isMost && !allow.prune ? going.map((action) => refused(action, going.length, all)) : going;
}

function refused(action: Action, going: number, all: number): Action {
  return blocked(
    action,
    `PruneRefused: ${going} of the ${all} nodes have been down so long that they would be removed, which is more than half. Look whether the managers are cut off from them, or allow it once ("skep apply --allow-prune", or "allow": { "prune": true } over HTTP).`,
    { condition: 'PruneRefused' },
  );
}
