/** A task's life in its order. Everything past `running` is over. https://docs.docker.com/engine/swarm/how-swarm-mode-works/swarm-task-states/ */
const states = [
  'new',
  'allocated',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
];

export function stateRank(state: string): number {
  return states.indexOf(state);
}

export function isOver(state: string): boolean {
  return stateRank(state) > stateRank('running');
}
