import type { SwarmNode } from '../../swarm/types.ts';

/** How many managers there are, and how many of them answer. */
export type ManagerSet = { size: number; reachable: number };

/**
 * A manager votes while it has a manager status, whatever role its spec wishes for: the status comes when it has joined
 * the raft, and goes when it has left it.
 */
export function isVoter(node: SwarmNode): boolean {
  return node.ManagerStatus !== undefined;
}

export function isReachable(node: SwarmNode): boolean {
  return node.ManagerStatus?.Reachability === 'reachable';
}

export function votersIn(nodes: readonly SwarmNode[]): ManagerSet {
  const voters = nodes.filter(isVoter);
  return { size: voters.length, reachable: voters.filter(isReachable).length };
}

/** Whether enough of them answer to decide anything. */
export function hasQuorum({ size, reachable }: ManagerSet): boolean {
  return reachable >= majority(size);
}

/** How many more of that set may fail. https://docs.docker.com/engine/swarm/raft/ */
export function bears({ size, reachable }: ManagerSet): number {
  return Math.max(0, reachable - majority(size));
}

/** The sum that a change of managers is judged by, in words. */
export function sumOf(before: ManagerSet, after: ManagerSet): string {
  return `from ${described(before)} to ${described(after)}`;
}

export function described(set: ManagerSet): string {
  return set.reachable === set.size
    ? `${set.size} (bearing the loss of ${bears(set)})`
    : `${set.size}, of which ${set.reachable} can be reached (bearing the loss of ${bears(set)} more)`;
}

function majority(size: number): number {
  return Math.floor(size / 2) + 1;
}
