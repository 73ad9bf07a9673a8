import { isOver } from '../swarm/task-states.ts';
import type { Service, SwarmNode, Task } from '../swarm/types.ts';
import { healthy, progressing, type ServiceHealth } from './service-health.ts';

/**
 * Judges a node that has to be drained: it is when no task of a service is left on it. Containers that somebody runs on
 * an attachable network are tasks of no service, and stay. What was last heard of a node that is down proves nothing.
 * `maintenanceUntil`: the end of the window that drains it, in ms since the epoch.
 */
export function judgeDrain(
  node: SwarmNode,
  tasks: readonly Task[],
  services: readonly Service[],
  maintenanceUntil?: number,
): ServiceHealth {
  const left = tasks.filter(
    (task) => task.NodeID === node.ID && isOfService(task) && !isOver(task.Status.State),
  );
  const why =
    maintenanceUntil === undefined
      ? 'It is drained'
      : `In maintenance until ${secondText(maintenanceUntil)}`;
  if (left.length > 0 && node.Status.State !== 'down') {
    const tasksLeft = `${counted(left.length)} still there: ${byService(left, services)}`;
    return progressing('Draining', `${why}, and ${tasksLeft}.`);
  }
  const reason = maintenanceUntil === undefined ? 'Drained' : 'Maintenance';
  return healthy(reason, `${why}; no task is left on it.`);
}

/** `shop_web (2), shop_db` */
function byService(tasks: readonly Task[], services: readonly Service[]): string {
  const names = new Map(services.map(({ ID, Spec }) => [ID, Spec.Name]));
  const counts = Map.groupBy(tasks, ({ ServiceID = '' }) => names.get(ServiceID) ?? ServiceID);
  return [...counts]
    .map(([name, { length }]) => (length === 1 ? name : `${name} (${length})`))
    .sort()
    .join(', ');
}

function counted(tasks: number): string {
  return tasks === 1 ? '1 task is' : `${tasks} tasks are`;
}

function isOfService({ ServiceID = '' }: Task): boolean {
  return ServiceID !== '';
}

/** For example `2026-11-21T18:00:00Z`. */
function secondText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
