import { clusterUnit } from '../spec/spec-set.ts';
import { backoffDelay, retryBackoff } from './backoff.ts';
import { nextMoment } from './next-moment.ts';
import type { Outcome } from './outcome.ts';
import type { UnitRecord } from './unit-record.ts';
import type { Loop } from './unit-turn.ts';

const watchPollMs = 2_000;

/** Queues a unit for when its outcome, the clock or a ghost that is watched makes it worth another look. */
export function wakeLater(
  unit: UnitRecord,
  outcome: Outcome,
  { parts, sources, queue }: Pick<Loop, 'parts' | 'sources' | 'queue'>,
): void {
  const { clock, random, history } = parts;
  const now = clock.now();
  const swarm = sources.observation?.snapshot.swarm;
  const moment = unit.name === clusterUnit ? nextMoment(unit, { swarm, history, now }) : undefined;
  const watch = now < unit.watchUntil ? now + watchPollMs : undefined;
  const due = [moment, watch, dueAt(unit, outcome, now, random)].filter((at) => at !== undefined);
  unit.nextRunAt = due.length === 0 ? null : Math.min(...due);
  if (unit.nextRunAt === null) return;
  const trigger = outcome.result === 'wait' && outcome.reason === 'Verifying' ? 'verify' : 'timer';
  queue.addAfter(unit.name, unit.nextRunAt - now, trigger);
}

function dueAt(
  unit: UnitRecord,
  outcome: Outcome,
  now: number,
  random: () => number,
): number | undefined {
  if (outcome.result === 'wait') return Math.max(now, outcome.until);
  if (outcome.result !== 'retry') return undefined;
  return now + backoffDelay(unit.attempts - 1, retryBackoff, random);
}
