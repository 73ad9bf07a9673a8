import type { SwarmNode } from '../../swarm/types.ts';

type FoundNode = { node: SwarmNode } | { node?: undefined; several: boolean; problem: string };

/**
 * The node a file means by a hostname or an ID. A machine that left and joined again is there twice, its old self down:
 * the one that is not down counts, and of several that are all down the last to join.
 * https://github.com/moby/moby/issues/24106
 */
export function findNode(name: string, nodes: readonly SwarmNode[]): FoundNode {
  const byId = nodes.find(({ ID }) => ID === name);
  if (byId) return { node: byId };
  const named = nodes.filter(({ Description }) => Description.Hostname === name);
  const up = named.filter(({ Status }) => Status.State !== 'down');
  const [node] = up.length > 0 ? up : named.toSorted(byAge);
  if (!node) {
    return {
      several: false,
      problem: `${name} has not joined yet, or was removed. Join it (on a machine that was a member, after "docker swarm leave --force"), or take it out of the files.`,
    };
  }
  if (up.length <= 1) return { node };
  const ids = up.map(({ ID }) => ID).join(', ');
  return {
    several: true,
    problem: `${up.length} nodes are called ${name}: ${ids}. Give each its own hostname, or write the ID of the one that is meant.`,
  };
}

/** The youngest first. Times of one Engine have one form, so they compare as text. */
function byAge(a: SwarmNode, b: SwarmNode): number {
  return b.CreatedAt.localeCompare(a.CreatedAt);
}
