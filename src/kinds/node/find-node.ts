import type { SwarmNode } from '../../swarm/types.ts';

type FoundNode = { node: SwarmNode } | { node?: undefined; several: boolean; problem: string };

/**
 * The node a file means by a hostname or an ID. A machine that left and joined again is there twice, its old self down:
 * the one that is not down counts. https://github.com/moby/moby/issues/24106
 */
export function findNode(name: string, nodes: readonly SwarmNode[]): FoundNode {
  const byId = nodes.find(({ ID }) => ID === name);
  if (byId) return { node: byId };
  const named = nodes.filter(({ Description }) => Description.Hostname === name);
  const up = named.filter(({ Status }) => Status.State !== 'down');
  const candidates = up.length > 0 ? up : named;
  const [node] = candidates;
  if (node && candidates.length === 1) return { node };
  if (!node) {
    return {
      several: false,
      problem: `${name} has not joined yet. Join it, or take it out of the files.`,
    };
  }
  const ids = candidates.map(({ ID }) => ID).join(', ');
  return {
    several: true,
    problem: `${candidates.length} nodes are called ${name}: ${ids}. Give each its own hostname, or write the ID of the one that is meant.`,
  };
}
