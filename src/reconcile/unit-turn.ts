import { clusterUnit } from '../spec/spec-set.ts';
import type { Controller } from './controller.ts';
import { isAtRest, outcomeOfError } from './decide-outcome.ts';
import { noteSettled } from './note-drift.ts';
import type { Allow } from './operator.ts';
import type { Outcome } from './outcome.ts';
import type { QueueItem } from './queue.ts';
import { finishRun } from './run-row.ts';
import { runUnit } from './run-unit.ts';
import { isSuspended } from './suspend.ts';
import type { UnitRecord } from './unit-record.ts';
import { wakeLater } from './wake-later.ts';

/** What a turn works with. */
export type Loop = Pick<Controller, 'parts' | 'units' | 'queue' | 'sources' | 'operator'>;

/** Runs that a timer wakes may share an observation of this age. */
const freshEnoughMs = 500;

/** One turn of one unit: it is run, everybody is told what came of it, and it is woken again when that says so. Never rejects. */
export async function takeTurn(
  unit: UnitRecord,
  item: QueueItem,
  loop: Loop,
  stopping: AbortSignal,
): Promise<void> {
  await run(unit, item, loop, stopping).catch((error: unknown) => survive(unit, error, loop));
}

/** A fault of Skep's own, such as a full disk under the history: loud, and tried again. */
function survive(unit: UnitRecord, error: unknown, loop: Loop): void {
  loop.parts.log.error({ err: error, unit: unit.name }, 'a run broke off');
  unit.outcome = outcomeOfError(error);
  unit.operation = null;
  unit.attempts += 1;
  wakeLater(unit, unit.outcome, loop);
}

async function run(
  unit: UnitRecord,
  { trigger, lane }: QueueItem,
  loop: Loop,
  stopping: AbortSignal,
): Promise<void> {
  const { parts, sources, units } = loop;
  const { clock, log } = parts;
  const waiters = unit.waiters.splice(0);
  const { allow } = unit;
  unit.interrupt = new AbortController();
  // Files, events and people made the last observation void themselves; a timer did not.
  if (trigger === 'timer') sources.refreshAfter(freshEnoughMs);
  const startedAt = clock.now();
  const signal = AbortSignal.any([stopping, unit.interrupt.signal]);
  const outcome = await runUnit(unit, trigger, parts, signal);
  conclude(unit, outcome, allow, loop);
  // Nothing is left of a unit that was forgotten, so nothing more happens to it.
  const atRest = isAtRest(outcome) || units.get(unit.name) !== unit;
  const kept = waiters.filter((waiter) => waiter.until === 'rest' && !atRest);
  unit.waiters.push(...kept);
  for (const waiter of waiters) if (!kept.includes(waiter)) waiter.resolve(outcome);
  const ms = clock.now() - startedAt;
  count(unit, outcome, ms, loop);
  log.debug({ unit: unit.name, trigger, lane, outcome, ms }, 'unit ran');
}

function conclude(unit: UnitRecord, outcome: Outcome, allowed: Allow, loop: Loop): void {
  const { clock, news, history } = loop.parts;
  const before = `${unit.outcome?.result} ${unit.sync} ${unit.health}`;
  unit.outcome = outcome;
  unit.operation = null;
  unit.lastRunAt = clock.now();
  unit.attempts = outcome.result === 'retry' ? unit.attempts + 1 : 0;
  // What a person allowed while it ran is for the next run.
  if (isAtRest(outcome) && unit.allow === allowed) unit.allow = {};
  wakeLater(unit, outcome, loop);
  for (const name of unit.asks.splice(0)) loop.queue.add(name, 'background', `unit ${unit.name}`);
  if (unit.vanished && !history.owned().some((owned) => owned.unit === unit.name)) {
    forget(unit, loop);
  }
  const after = `${outcome.result} ${unit.sync} ${unit.health}`;
  if (before === after) return;
  const { sync, health } = unit;
  news.tell('unit.changed', unit.name, { sync, health, outcome });
  logOutcome(unit, outcome, loop);
}

function logOutcome(unit: UnitRecord, outcome: Outcome, { parts: { log } }: Loop): void {
  const about = { unit: unit.name, revision: unit.revision.slice(0, 12), outcome };
  if (outcome.result === 'stalled') log.error(about, 'a unit needs somebody to act');
  else if (outcome.result === 'retry') log.warn(about, 'a run failed and is tried again');
  else log.info(about, 'a unit changed its state');
}

function forget(unit: UnitRecord, { parts, units, queue }: Loop): void {
  noteSettled(unit, [], parts);
  finishRun(unit, { result: 'ready' }, parts);
  units.forget(unit.name);
  queue.forget(unit.name);
  parts.history.forgetUnit(unit.name);
  parts.heal.reset(`${unit.name} `);
  parts.metrics.unitForgotten(unit.name);
}

function count(unit: UnitRecord, outcome: Outcome, ms: number, loop: Loop): void {
  const { metrics, clock, history } = loop.parts;
  if (loop.units.get(unit.name) === undefined) return;
  metrics.runFinished(unit.name, outcome.result, ms, clock.now());
  if (outcome.result === 'retry') metrics.runRequeued();
  const drifted = unit.sync === 'out-of-sync';
  metrics.unitLooked(unit.name, { drifted, suspended: isSuspended(unit, history) });
  if (unit.name === clusterUnit) metrics.tokensLooked(loop.operator.tokens());
  metrics.queueChanged(loop.queue.depth, loop.queue.oldestMs());
}
