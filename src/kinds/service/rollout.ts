import { duration, or } from './canonical.ts';
import { type Field, group, type Members } from './field.ts';

const seconds = 1_000_000_000;

/** Parallelism 0 is "all at once", also when the rest is there and it is not; without the object it is 1. */
const members: Members = {
  Parallelism: ['parallelism', or(0)],
  Delay: ['delay', duration(0)],
  FailureAction: ['failure_action', or('pause')],
  Monitor: ['monitor', duration(5 * seconds, 5 * seconds)],
  // The Engine keeps it in 32 bits.
  MaxFailureRatio: ['max_failure_ratio', (value) => Math.fround(Number(value ?? 0))],
  Order: ['order', or('stop-first')],
};
const absent = { Parallelism: 1 };

export const rollout: Field[] = [
  group('update_config', ['UpdateConfig'], members, { restarts: false, absent }),
  group('rollback_config', ['RollbackConfig'], members, { restarts: false, absent }),
  group('restart_policy', ['TaskTemplate', 'RestartPolicy'], {
    Condition: ['condition', or('any')],
    Delay: ['delay', duration(5 * seconds)],
    MaxAttempts: ['max_attempts', or(0)],
    Window: ['window', duration(0)],
  }),
];
