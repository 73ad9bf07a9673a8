import { z } from 'zod';
import { cpus } from './cpus.ts';
import { duration } from './durations.ts';
import { mapping } from './lists-and-maps.ts';
import { constraint } from './placement.ts';
import { decimal, wholeNumber } from './scalars.ts';
import { memory } from './sizes.ts';
import { strictObject } from './strict-object.ts';

function rollout(what: string) {
  return strictObject({
    parallelism: wholeNumber({ min: 0 })
      .exactOptional()
      .meta({ description: `How many tasks ${what} at once; 0 means all.` }),
    delay: duration.exactOptional().meta({ description: 'The pause between two groups of tasks.' }),
    failure_action: z
      .enum(['pause', 'continue', 'rollback'])
      .exactOptional()
      .meta({ description: 'What to do when too many tasks fail.' }),
    monitor: duration
      .exactOptional()
      .meta({ description: 'A task that fails this soon after its start counts as a failure.' }),
    max_failure_ratio: decimal({ min: 0, max: 1 })
      .exactOptional()
      .meta({ description: 'The share of tasks that may fail.' }),
    order: z
      .enum(['start-first', 'stop-first'])
      .exactOptional()
      .meta({ description: 'Whether the new task starts before the old one stops.' }),
  });
}

const genericResource = strictObject({
  discrete_resource_spec: strictObject({
    kind: z.string().meta({ description: 'The name of the resource on the nodes.' }),
    value: wholeNumber({ min: 0 }).meta({ description: 'How many of it.' }),
  }).meta({ description: 'A countable resource.' }),
}).transform(({ discrete_resource_spec }) => discrete_resource_spec);

const resources = strictObject({
  limits: strictObject({
    cpus: cpus.exactOptional().meta({ description: 'At most this many processors.' }),
    memory: memory.exactOptional().meta({ description: 'At most this much memory.' }),
    pids: wholeNumber({ min: -1 })
      .exactOptional()
      .meta({ description: 'At most this many processes.' }),
  })
    .exactOptional()
    .meta({ description: 'What a task may use at most.' }),
  reservations: strictObject({
    cpus: cpus.exactOptional().meta({ description: 'Processors that a node must have free.' }),
    memory: memory.exactOptional().meta({ description: 'Memory that a node must have free.' }),
    generic_resources: z
      .array(genericResource)
      .exactOptional()
      .meta({ description: 'Resources that the nodes declare, such as GPUs.' }),
    devices: z
      .array(z.unknown())
      .exactOptional()
      .meta({ description: 'Not honoured by Swarm; use generic_resources.' }),
  })
    .exactOptional()
    .meta({ description: 'What a task needs to be placed on a node.' }),
});

const restartPolicy = strictObject({
  condition: z
    .enum(['none', 'on-failure', 'any'])
    .exactOptional()
    .meta({ description: 'When to start a task anew. Default: any.' }),
  delay: duration.exactOptional().meta({ description: 'The pause before that.' }),
  max_attempts: wholeNumber({ min: 0 })
    .exactOptional()
    .meta({ description: 'How often at most; absent or 0 means for ever.' }),
  window: duration.exactOptional().meta({ description: 'How far back attempts are counted.' }),
});

const placement = strictObject({
  constraints: z
    .array(constraint)
    .exactOptional()
    .meta({ description: 'Conditions a node must fulfil, all of them.' }),
  preferences: z
    .array(
      strictObject({
        spread: z.string().meta({ description: 'The label over whose values tasks are spread.' }),
      }),
    )
    .exactOptional()
    .meta({ description: 'How to spread tasks over nodes.' }),
  max_replicas_per_node: wholeNumber({ min: 0 })
    .exactOptional()
    .meta({ description: 'At most this many tasks on one node.' }),
});

export const deploy = strictObject({
  mode: z.enum(['replicated', 'global', 'replicated-job', 'global-job']).exactOptional().meta({
    description: 'A number of tasks, one per node, or tasks that end. Default: replicated.',
  }),
  replicas: wholeNumber({ min: 0 }).exactOptional().meta({ description: 'How many tasks.' }),
  labels: mapping.exactOptional().meta({ description: 'Labels of the service.' }),
  endpoint_mode: z
    .enum(['vip', 'dnsrr'])
    .exactOptional()
    .meta({ description: 'One virtual address, or the addresses of the tasks by DNS.' }),
  placement: placement.exactOptional().meta({ description: 'On which nodes tasks may run.' }),
  resources: resources.exactOptional().meta({ description: 'Limits and reservations.' }),
  restart_policy: restartPolicy.exactOptional().meta({ description: 'When to start tasks anew.' }),
  update_config: rollout('are updated')
    .exactOptional()
    .meta({ description: 'How an update is rolled out.' }),
  rollback_config: rollout('are rolled back')
    .exactOptional()
    .meta({ description: 'How a rollback is rolled out.' }),
});
