import type { DesiredNode } from '../../desired/desired.ts';
import type { Action } from '../../plan/action.ts';
import type { SwarmNode } from '../../swarm/types.ts';
import { durationText } from '../duration-text.ts';
import type { OwnedObject, World } from '../kind.ts';
import { makeAction } from '../make-action.ts';
import { findNode } from './find-node.ts';
import { nodeRow } from './node-row.ts';

/** When it was first seen down (ms since the epoch), and its version then. */
export type Down = { since: number; version: number };

/**
 * Since when a node is known to be down without a break: the inventory remembers, over restarts too. Every change of a node
 * moves its version, its coming up as well; so with another version the count starts again.
 */
export function downSince(
  { Status, Version }: SwarmNode,
  row: OwnedObject | undefined,
  now: number,
): Down | undefined {
  if (Status.State !== 'down') return undefined;
  const known = row?.state.down as Partial<Down> | undefined;
  const since = known?.version === Version.Index ? known.since : undefined;
  return { since: since ?? now, version: Version.Index };
}

/**
 * Takes a node off the list that has been down for as long as its entry says. Never a manager, which the Swarm counts
 * until it is demoted, and never a node that is merely not heard of (`unknown`, `disconnected`).
 */
export function removeDown(desired: DesiredNode, world: World): Action | undefined {
  const { remove_down_after: after } = desired.settings;
  const { node } = findNode(desired.name, world.snapshot.nodes, world.now);
  if (after === undefined || !node || isManager(node)) return undefined;
  const down = downSince(node, nodeRow(desired.unit, node.ID, world), world.now);
  if (!down || world.now - down.since < after / 1e6) return undefined;
  const { Hostname: hostname } = node.Description;
  return makeAction(
    { unit: desired.unit, kind: 'node', name: node.ID },
    {
      action: 'delete',
      reason: `${hostname} has been down for ${durationText(after)}, since ${new Date(down.since).toISOString()} or before.`,
      writes: [{ call: 'node.remove', id: node.ID, version: node.Version.Index }],
    },
  );
}

export function isManager({ Spec, ManagerStatus }: SwarmNode): boolean {
  return Spec.Role === 'manager' || ManagerStatus !== undefined;
}
