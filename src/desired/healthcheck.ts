import type { ComposeHealthcheck } from '../spec/compose.ts';
import type { Healthcheck } from '../swarm/types.ts';
import { omitEmpty } from './omit-empty.ts';

export function convertHealthcheck(check: ComposeHealthcheck | undefined): Healthcheck | undefined {
  if (!check) return undefined;
  if (check.disable) return { Test: ['NONE'] };
  return omitEmpty<Healthcheck>({
    Test: check.test,
    Interval: check.interval,
    Timeout: check.timeout,
    StartPeriod: check.start_period,
    StartInterval: check.start_interval,
    Retries: check.retries,
  });
}
