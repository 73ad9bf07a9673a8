import type { Service, SwarmNode, Task } from '../swarm/types.ts';
import { findTrouble } from './find-trouble.ts';
import { healthy, progressing, type ServiceHealth } from './service-health.ts';
import { placeOf } from './task-state.ts';

/** Judges the present iteration of a job: every task of it has to complete. */
export function judgeJob(
  service: Service,
  own: readonly Task[],
  nodes: readonly SwarmNode[],
  now: number,
): ServiceHealth {
  const iteration = service.JobStatus?.JobIteration.Index;
  const tasks = own.filter(
    (task) => iteration === undefined || task.JobIteration?.Index === iteration,
  );
  const completed = new Set(
    tasks.filter((task) => task.Status.State === 'complete').map((task) => placeOf(task)),
  ).size;
  const wanted = completionsWanted(service, tasks);
  if (wanted > 0 && completed >= wanted) {
    return healthy('JobCompleted', `All ${wanted} tasks of the job completed.`);
  }
  return (
    findTrouble(tasks, nodes, now) ??
    progressing('JobRunning', `${completed} of ${wanted} tasks of the job completed.`)
  );
}

function completionsWanted(service: Service, tasks: readonly Task[]): number {
  const job = service.Spec.Mode?.ReplicatedJob;
  if (job) return job.TotalCompletions ?? job.MaxConcurrent ?? 1;
  return new Set(tasks.map((task) => task.NodeID)).size;
}
