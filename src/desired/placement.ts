import type { ComposeDeploy } from '../spec/compose.ts';
import type { Placement, ServiceMode } from '../swarm/types.ts';
import { omitEmpty, present } from './omit-empty.ts';

export function convertPlacement(placement: ComposeDeploy['placement']): Placement {
  return omitEmpty<Placement>({
    Constraints: placement?.constraints,
    Preferences: placement?.preferences?.map(({ spread }) => ({
      Spread: { SpreadDescriptor: spread },
    })),
    MaxReplicas: placement?.max_replicas_per_node,
  });
}

/** `replicas` of a job is both how many run at a time and how many have to end well. */
export function convertMode({ mode, replicas }: ComposeDeploy): ServiceMode {
  switch (mode) {
    case 'global':
      return { Global: {} };
    case 'global-job':
      return { GlobalJob: {} };
    case 'replicated-job':
      return { ReplicatedJob: present({ MaxConcurrent: replicas, TotalCompletions: replicas }) };
    default:
      return { Replicated: present({ Replicas: replicas }) };
  }
}
