import type { ComposeService, ComposeUpdateConfig } from '../spec/compose.ts';
import type { RestartPolicy, UpdateConfig } from '../swarm/types.ts';
import { omitEmpty, present } from './omit-empty.ts';

export function convertUpdateConfig(
  config: ComposeUpdateConfig | undefined,
): UpdateConfig | undefined {
  if (!config) return undefined;
  return {
    Parallelism: config.parallelism ?? 1,
    MaxFailureRatio: config.max_failure_ratio ?? 0,
    ...omitEmpty<Omit<UpdateConfig, 'Parallelism' | 'MaxFailureRatio'>>({
      Delay: config.delay,
      FailureAction: config.failure_action,
      Monitor: config.monitor,
      Order: config.order,
    }),
  };
}

/** `restart:` counts where `deploy.restart_policy` is silent. `no` is the same as silence: Swarm then restarts. */
export function convertRestartPolicy({ restart, deploy }: ComposeService): RestartPolicy | undefined {
  const policy = deploy?.restart_policy;
  if (!policy) return restart === undefined ? undefined : fromRestart(restart);
  return present<RestartPolicy>({
    Condition: policy.condition || undefined,
    Delay: policy.delay,
    MaxAttempts: policy.max_attempts,
    Window: policy.window,
  });
}

function fromRestart(restart: string): RestartPolicy | undefined {
  const [condition, attempts] = restart.split(':', 2);
  if (condition === 'always' || condition === 'unless-stopped') return { Condition: 'any' };
  if (condition === 'on-failure') {
    return { Condition: 'on-failure', MaxAttempts: Number(attempts ?? 0) };
  }
  return undefined;
}
