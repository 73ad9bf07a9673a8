import { isDeepStrictEqual } from 'node:util';

import { isOver } from '../swarm/task-states.ts';
import type { Service, SwarmNode, Task, TaskSpec } from '../swarm/types.ts';

/** Wanted to run (or to be made ready for it), whatever it does now. */
export function isWanted(task: Task): boolean {
  return !isOver(task.DesiredState);
}

/** When it came to its present state, in ms since the epoch. */
export function stateSince(task: Task): number {
  return Date.parse(task.Status.Timestamp ?? task.UpdatedAt);
}

/**
 * Whether the task was made from the service's present spec. Its placement does not count: Swarm leaves a running task
 * where it is as long as its node still fits. The runtime is filled in for services alone.
 */
export function isUpToDate(task: Task, service: Service): boolean {
  return isDeepStrictEqual(comparable(task.Spec), comparable(service.Spec.TaskTemplate));
}

function comparable(spec: TaskSpec): TaskSpec {
  const { Placement: _placement, Runtime: _runtime, ...rest } = spec;
  return rest;
}

/** IDs of the nodes whose word counts: tasks of a node that is down keep their last state. */
export function activeNodeIds(nodes: readonly SwarmNode[]): Set<string> {
  return new Set(nodes.filter((node) => node.Status.State !== 'down').map((node) => node.ID));
}

/** The place of a task that the next task takes over: its slot, or its node for global services. */
export function placeOf(task: Task): string {
  return task.Slot === undefined || task.Slot === 0 ? `node ${task.NodeID}` : `slot ${task.Slot}`;
}

/** The newest task of each place. */
export function latestByPlace(tasks: readonly Task[]): Task[] {
  const latest = new Map<string, Task>();
  for (const task of tasks) {
    const other = latest.get(placeOf(task));
    if (!other || isNewer(task, other)) latest.set(placeOf(task), task);
  }
  return [...latest.values()];
}

function isNewer(task: Task, other: Task): boolean {
  return Date.parse(task.CreatedAt) > Date.parse(other.CreatedAt);
}
