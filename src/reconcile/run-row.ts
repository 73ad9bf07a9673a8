import type { LoopParts } from './loop-parts.ts';
import { isAtRest } from './decide-outcome.ts';
import type { Outcome } from './outcome.ts';
import type { UnitRecord } from './unit-record.ts';

/**
 * The row of a run in the history is opened by its first write and stays open over later looks until the unit has come
 * to rest, so that one rollout is one row.
 */
export function openRun(unit: UnitRecord, trigger: string, parts: LoopParts): string {
  const { history, clock, news } = parts;
  if (unit.run !== undefined && unit.run.revision !== unit.revision) {
    finishRun(
      unit,
      { result: 'stalled', reason: 'Superseded', message: 'A newer revision came.' },
      parts,
    );
  }
  // Its row may have been in a database that was damaged.
  if (unit.run !== undefined && history.run(unit.run.id) === undefined) unit.run = undefined;
  if (unit.run === undefined) {
    const at = clock.now();
    const { name, revision } = unit;
    const id = history.startRun({ unit: name, trigger, revision, at });
    unit.run = { id, revision, startedAt: at };
    news.tell('run.started', name, { run: id, trigger, revision });
  }
  return unit.run.id;
}

/** A failure that lasts so many tries gets a row of its own. */
const lastingFailure = 5;

/** Finishes the row when the unit has come to rest, or fails for good. */
export function finishRunAfter(unit: UnitRecord, outcome: Outcome, parts: LoopParts): void {
  const lasts = outcome.result === 'retry' && unit.attempts >= lastingFailure;
  if (isAtRest(outcome) || lasts) finishRun(unit, outcome, parts);
}

export function finishRun(unit: UnitRecord, outcome: Outcome, parts: LoopParts): void {
  if (unit.run === undefined) return;
  const { id, startedAt } = unit.run;
  const at = parts.clock.now();
  unit.run = undefined;
  parts.history.finishRun(id, { at, outcome });
  parts.news.tell('run.finished', unit.name, { run: id, outcome, ms: at - startedAt });
}
