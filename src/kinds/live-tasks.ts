import { isOver } from '../swarm/task-states.ts';
import type { SwarmNode, Task } from '../swarm/types.ts';

/** Whether a task holds on to what it uses. What was last heard of a node that is down proves nothing, and may never change. */
export function isLive(task: Task, nodes: readonly SwarmNode[]): boolean {
  if (isOver(task.Status.State)) return false;
  const node = nodes.find(({ ID }) => ID === task.NodeID);
  return task.NodeID === undefined || task.NodeID === '' || node?.Status.State !== 'down';
}
