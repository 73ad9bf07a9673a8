import type { Service, SwarmNode, Task } from '../swarm/types.ts';
import { findTrouble } from './find-trouble.ts';
import { judgeJob } from './judge-job.ts';
import { judgeUpdateStatus } from './judge-update-status.ts';
import { degraded, healthy, progressing, type ServiceHealth } from './service-health.ts';
import { isOver, stateRank } from '../swarm/task-states.ts';
import { activeNodeIds, isUpToDate, isWanted, latestByPlace } from './task-state.ts';

export type { ServiceHealth } from './service-health.ts';

/**
 * Judges a rollout as `docker service update` does: as many wanted tasks of the present spec run, on nodes that are up,
 * as the service asks for. `tasks` may be the whole Swarm's; `now` is in ms since the epoch. That it stays so for the
 * monitor time is `holdMonitor`'s part.
 */
export function judgeService(
  service: Service,
  tasks: readonly Task[],
  nodes: readonly SwarmNode[],
  now: number,
): ServiceHealth {
  const own = tasks.filter((task) => task.ServiceID === service.ID);
  const current = own.filter((task) => isUpToDate(task, service));
  const mode = service.Spec.Mode ?? {};

  if (mode.ReplicatedJob || mode.GlobalJob) return judgeJob(service, own, nodes, now);

  const stopped = judgeUpdateStatus(service);
  if (stopped?.health === 'degraded') return stopped;

  const ended = judgeEndedTasks(service, current);
  if (ended) return ended;

  const running = mode.Global
    ? judgeGlobal(service, current, nodes, now)
    : judgeReplicated(service, own, current, nodes);
  if (running.health === 'healthy') return stopped ?? running;
  return findTrouble(current, nodes, now) ?? stopped ?? running;
}

function judgeReplicated(
  service: Service,
  own: readonly Task[],
  current: readonly Task[],
  nodes: readonly SwarmNode[],
): ServiceHealth {
  const replicas = service.Spec.Mode?.Replicated?.Replicas ?? 1;
  const running = runningPlaces(current, nodes);
  const surplus = own.filter((task) => isWanted(task) && isRunning(task)).length > replicas;
  if (surplus) return progressing('ScalingDown', `More than ${replicas} tasks run still.`);
  if (running < replicas) {
    return progressing('Starting', `${running} of ${replicas} tasks run.`);
  }
  if (replicas === 0) return healthy('ScaledToZero', 'No task is wanted, and none runs.');
  return healthy('Running', `${running} of ${replicas} tasks run.`);
}

/** How long a global service may be without any task. Swarm makes them at once. */
const globalPatience = 30_000;

function judgeGlobal(
  service: Service,
  current: readonly Task[],
  nodes: readonly SwarmNode[],
  now: number,
): ServiceHealth {
  const wanted = new Set(wantedThere(current, nodes).map((task) => task.NodeID)).size;
  const running = runningPlaces(current, nodes);
  if (wanted === 0) {
    return now - Date.parse(service.UpdatedAt) > globalPatience
      ? degraded(
          'NoSuitableNode',
          'No node fits the placement of this global service: change its constraints or the labels of a node.',
        )
      : progressing('Starting', 'No task has been made yet.');
  }
  return running < wanted
    ? progressing('Starting', `${running} of ${wanted} nodes run their task.`)
    : healthy('Running', `All ${wanted} nodes run their task.`);
}

/**
 * A service whose tasks are not started again once they ended (restart condition none, or on-failure after success) is
 * done when they did: it will never have its tasks running again.
 */
function judgeEndedTasks(service: Service, current: readonly Task[]): ServiceHealth | undefined {
  const condition = service.Spec.TaskTemplate.RestartPolicy?.Condition ?? 'any';
  const replicas = service.Spec.Mode?.Replicated?.Replicas ?? 1;
  if (condition === 'any' || service.Spec.Mode?.Global || replicas === 0) return undefined;

  const last = latestByPlace(current);
  if (last.length === 0 || last.some((task) => !isOver(task.Status.State))) return undefined;
  if (last.length >= replicas && last.every((task) => task.Status.State === 'complete')) {
    return healthy('Completed', 'All tasks ended with success.');
  }
  const failed = last.find((task) => task.Status.State !== 'complete');
  return condition === 'none' && failed
    ? degraded(
        'TaskFailed',
        `A task ended as ${failed.Status.State} (${failed.Status.Err ?? 'no reason given'}) and is not started again: see docker service logs.`,
      )
    : undefined;
}

/** Places whose newest wanted task runs, on a node that is up. */
function runningPlaces(tasks: readonly Task[], nodes: readonly SwarmNode[]): number {
  return latestByPlace(wantedThere(tasks, nodes)).filter(isRunning).length;
}

function wantedThere(tasks: readonly Task[], nodes: readonly SwarmNode[]): Task[] {
  const up = activeNodeIds(nodes);
  return tasks.filter(
    (task) => isWanted(task) && (task.NodeID === undefined || up.has(task.NodeID)),
  );
}

function isRunning(task: Task): boolean {
  return stateRank(task.Status.State) === stateRank('running');
}
