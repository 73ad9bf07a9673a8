import type { ServiceSpec } from '../../swarm/types.ts';
import type { Field } from './field.ts';
import { setAt } from './spec-path.ts';

type ModeKind = 'replicated' | 'global' | 'replicated-job' | 'global-job';

export function modeOf(spec: ServiceSpec): ModeKind {
  if (spec.Mode?.Global) return 'global';
  if (spec.Mode?.ReplicatedJob) return 'replicated-job';
  if (spec.Mode?.GlobalJob) return 'global-job';
  return 'replicated';
}

/** Any update of a job runs it again. */
export function isJob(spec: ServiceSpec): boolean {
  return modeOf(spec).endsWith('-job');
}

export const mode: Field[] = [
  {
    path: 'replicas',
    at: ['Mode', 'Replicated', 'Replicas'],
    restarts: false,
    read: replicas,
    write: (next, desired) => setAt(next, ['Mode', 'Replicated', 'Replicas'], replicas(desired)),
  },
  {
    path: 'job',
    at: ['Mode', 'ReplicatedJob'],
    restarts: true,
    read(spec) {
      const job = spec.Mode?.ReplicatedJob;
      if (!job) return {};
      const most = job.MaxConcurrent ?? 1;
      return { max_concurrent: most, total_completions: job.TotalCompletions ?? most };
    },
    write: (next, desired) => setAt(next, ['Mode'], desired.Mode),
  },
];

function replicas(spec: ServiceSpec): number | undefined {
  return modeOf(spec) === 'replicated' ? (spec.Mode?.Replicated?.Replicas ?? 1) : undefined;
}
