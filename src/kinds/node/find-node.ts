import type { SwarmNode } from '../../swarm/types.ts';
import { nodeAddress } from './node-address.ts';

type FoundNode = { node: SwarmNode } | { node?: undefined; several: boolean; problem: string };

/** How long after a machine joined again its old self may still count as up; with room for clocks that differ. */
const leavingMs = 60_000;

/**
 * The node a file means by a hostname or an ID. A machine that left and joined again is there twice: of its selves the
 * one that is not down counts, else the last to join. For some 15 seconds the old one counts as up too; until then they are
 * told for one machine by their address. After that they are two: behind a router many machines have one address.
 * https://github.com/moby/moby/issues/24106
 */
export function findNode(name: string, nodes: readonly SwarmNode[], now: number): FoundNode {
  const byId = nodes.find(({ ID }) => ID === name);
  if (byId) return { node: byId };
  const named = nodes.filter(({ Description }) => Description.Hostname === name);
  const up = named.filter(({ Status }) => Status.State !== 'down');
  const [node, ...others] = (up.length > 0 ? up : named).toSorted(byAge);
  if (!node) {
    return {
      several: false,
      problem: `${name} has not joined yet, or was removed. Join it (on a machine that was a member, after "docker swarm leave --force"), or take it out of the files.`,
    };
  }
  const isNew = now - Date.parse(node.CreatedAt) < leavingMs;
  const isOne = others.every((other) => isNew && isSameMachine(other, node));
  if (up.length === 0 || isOne) return { node };
  const ids = up.map(({ ID }) => ID).join(', ');
  return {
    several: true,
    problem: `${up.length} nodes are called ${name}: ${ids}. Give each its own hostname, or write the ID of the one that is meant.`,
  };
}

function isSameMachine(a: SwarmNode, b: SwarmNode): boolean {
  const address = nodeAddress(a);
  return address !== undefined && address === nodeAddress(b);
}

/** The youngest first. Times of one Engine have one form, so they compare as text. */
function byAge(a: SwarmNode, b: SwarmNode): number {
  return b.CreatedAt.localeCompare(a.CreatedAt);
}
