import type { Service, Task } from '../swarm/types.ts';
import type { ServiceHealth } from './service-health.ts';
import { isOver } from '../swarm/task-states.ts';
import { isUpToDate, isWanted } from './task-state.ts';

/** Since when the same tasks have been running without a break. `since` is in ms since the epoch. */
export type Hold = { since: number; tasks: string };

/** `held`: the rollout is done. Otherwise `until` is when it will be, if nothing breaks before. */
export type Held = { hold?: Hold; held: boolean; until?: number };

const defaultMonitorMs = 5000;

/**
 * Whether a healthy service stayed so for the monitor time of its update, as the CLI waits for it. Keep the `hold` and pass
 * it as `previous` the next time: when the service falls ill or other tasks took over meanwhile, the time starts again.
 * Jobs that completed need no holding.
 */
export function holdMonitor(
  previous: Hold | undefined,
  service: Service,
  tasks: readonly Task[],
  health: ServiceHealth,
  now: number,
): Held {
  if (health.health !== 'healthy') return { held: false };
  const running = runningTasks(service, tasks);
  const since = previous?.tasks === running ? previous.since : now;
  const hold = { since, tasks: running };
  const until = since + monitorMs(service);
  return running === '' || now >= until ? { hold, held: true } : { hold, held: false, until };
}

function runningTasks(service: Service, tasks: readonly Task[]): string {
  return tasks
    .filter((task) => task.ServiceID === service.ID && isWanted(task))
    .filter((task) => !isOver(task.Status.State) && isUpToDate(task, service))
    .map((task) => task.ID)
    .sort()
    .join(' ');
}

function monitorMs(service: Service): number {
  const nanoseconds = service.Spec.UpdateConfig?.Monitor ?? 0;
  return nanoseconds > 0 ? nanoseconds / 1e6 : defaultMonitorMs;
}
