import type { Logger } from 'pino';
import type { History, RotationRow } from '../history/history.ts';
import type { AuthFor } from '../kinds/send-write.ts';
import type { Leadership } from '../lease/leadership.ts';
import type { SpecSet } from '../spec/spec-set.ts';
import { clusterUnit } from '../spec/spec-set.ts';
import type { EngineEvent } from '../swarm/types.ts';
import { backoffDelay, retryBackoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { createOperator } from './create-operator.ts';
import { isAtRest, outcomeOfError } from './decide-outcome.ts';
import type { DesiredSet } from './desired-set.ts';
import type { EngineLink } from './engine-link.ts';
import { unitsTouched } from './event-units.ts';
import { ImageDigests, type ResolveImage } from './image-digests.ts';
import { type LoopMetrics, noMetrics } from './loop-metrics.ts';
import type { LoopParts } from './loop-parts.ts';
import { createNewsroom } from './news.ts';
import type { Observation } from './observation.ts';
import type { Allow, Operator } from './operator.ts';
import type { Outcome } from './outcome.ts';
import { type QueueItem, WorkQueue } from './queue.ts';
import { runUnit } from './run-unit.ts';
import { nextMoment } from './next-moment.ts';
import { finishRun } from './run-row.ts';
import { SecretComparison } from './secret-contents.ts';
import { SelfHeal } from './self-heal.ts';
import { settleRotations } from './send-rotation.ts';
import { Sources } from './sources.ts';
import { isSuspended } from './suspend.ts';
import type { UnitRecord } from './unit-record.ts';
import { UnitRegistry } from './unit-registry.ts';

export type ControllerOptions = {
  link: EngineLink;
  /** The desired directory, as status shows it. */
  directory: string;
  /** Reads the directory; `overlay` (path to text) is laid over it first. */
  readFiles: (overlay?: Record<string, string>) => Promise<SpecSet>;
  history: History;
  clock: Clock;
  random: () => number;
  log: Logger;
  version: string;
  metrics?: LoopMetrics;
  auth?: AuthFor;
  /** Of the container Skep runs in, when it does. */
  containerId?: string | undefined;
  /** `changed` when absent. */
  resolveImage?: ResolveImage;
  /** How many former versions of a config or secret stay. */
  keepVersions?: number;
  /** `observe`: look, plan and tell, but write nothing. */
  mode?: 'apply' | 'observe';
  /**
   * What Swarm says of ownership fills an inventory that knows nothing of a unit. Not for a single command, whose plan
   * would not show what is removed because of it.
   */
  learnOwners?: boolean;
  /** Which of several Skeps writes. Absent: there is no other one. */
  leadership?: Leadership | undefined;
  /** Units that are run by themselves; all of them when absent. */
  only?: readonly string[] | undefined;
  /** Units reconciled at once. */
  workers?: number;
  /** Engine writes of one unit under way at once. */
  writesAtOnce?: number;
  /** How long a rollout may go without becoming healthy, when its unit does not say. */
  rolloutTimeoutMs?: number;
};

/**
 * A removed network stays in the lists of nodes where tasks still use it, and goes from there without an event.
 * https://github.com/moby/moby/issues/29293
 */
const ghostWatchMs = 20_000;
const watchPollMs = 2_000;

/** What a cut call still takes to be written down. */
const cutGraceMs = 1_000;

/** Longer than the calls of a rotation may take: what is still open then was never seen to end. */
const rotationEndsMs = 120_000;

/** Runs that a timer wakes may share an observation of this age. */
const freshEnoughMs = 500;

/**
 * The loop. Triggers only tell it to look; what it does comes from comparing files and Swarm. A unit's next wake-up
 * follows from the outcome of its last run alone.
 */
export class Controller {
  readonly operator: Operator;
  readonly units = new UnitRegistry();
  readonly queue: WorkQueue;
  readonly sources: Sources;
  readonly parts: LoopParts;
  readonly #options: ControllerOptions;
  readonly #stopping = new AbortController();
  #workers: Promise<void>[] = [];

  constructor(options: ControllerOptions) {
    const { history, clock, random, log, auth } = options;
    const { writesAtOnce = 16, rolloutTimeoutMs = 600_000, metrics = noMetrics } = options;
    const { resolveImage = 'changed', keepVersions, mode = 'apply' } = options;
    this.#options = options;
    this.queue = new WorkQueue(clock);
    this.sources = new Sources({
      readFiles: () => options.readFiles(),
      link: options.link,
      containerId: options.containerId,
      clock,
      log,
      known: () => this.units.known(),
      onSet: (set, before) => this.#takeIn(set, before),
      onObservation: (observation, isFirst) => this.#observed(observation, isFirst),
      onRecovery: () => this.#recovered(),
    });
    this.parts = {
      wishes: this.sources.wishes,
      observations: this.sources.observations,
      heal: new SelfHeal(),
      news: createNewsroom(clock),
      history,
      clock,
      random,
      log,
      metrics,
      images: new ImageDigests({ clock, log, auth, policy: resolveImage }),
      secrets: new SecretComparison(),
      auth,
      mode,
      leadership: options.leadership,
      learnOwners: options.learnOwners ?? false,
      keepVersions,
      writesAtOnce,
      rolloutTimeoutMs,
    };
    this.operator = createOperator(this, options);
  }

  /** Begins to work on what is queued. Rows that a crash left open are marked; their units are simply reconciled. */
  start(): void {
    const { history, clock, log } = this.parts;
    for (const run of history.interrupted(clock.now())) {
      const about = { unit: run.unit, run: run.id };
      log.warn(about, 'a run was interrupted; its unit is reconciled again');
    }
    const count = this.#options.workers ?? 4;
    this.#workers = Array.from({ length: count }, () => this.#work());
  }

  /** Looks whether files changed, and queues the units whose wish did. Never rejects. */
  async filesChanged(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.parts.wishes.invalidate();
    await this.parts.wishes.get().catch((error: unknown) => {
      this.parts.log.error({ err: error }, 'a change of files could not be taken in');
    });
  }

  /** Queues the units that these events may concern. */
  eventsSeen(events: readonly EngineEvent[]): void {
    if (this.#stopping.signal.aborted) return;
    const touched = unitsTouched(events, this.units.all(), this.parts.history.owned());
    if (touched.size === 0) return;
    this.parts.observations.invalidate();
    const ghost = events.some(({ Type, Action }) => Type === 'network' && Action === 'remove');
    for (const name of touched) {
      const unit = this.units.get(name);
      if (unit !== undefined && ghost) unit.watchUntil = this.parts.clock.now() + ghostWatchMs;
      this.queue.add(name, 'background', 'event');
    }
  }

  /** Notices an Engine that has fallen silent, and one that is back. Never rejects. */
  async checkEngine(): Promise<void> {
    await this.sources.check();
  }

  /** Reads the files again and queues every unit. Never rejects. */
  async resync(trigger: string): Promise<void> {
    await this.filesChanged();
    this.parts.observations.invalidate();
    for (const { name } of this.units.all()) this.queue.add(name, 'background', trigger);
  }

  /** No new run begins; calls under way may end within `graceMs`, then they are cut, and count as unknown. */
  async stop(graceMs: number): Promise<void> {
    this.queue.shutDown();
    this.#stopping.abort();
    await this.#workersEnd(graceMs);
    this.#options.link.close();
    await this.#workersEnd(cutGraceMs);
    const outcome: Outcome = { result: 'retry', reason: 'Stopped', message: 'Skep was stopped.' };
    for (const unit of this.units.all()) {
      finishRun(unit, unit.outcome ?? outcome, this.parts);
      for (const waiter of unit.waiters.splice(0)) waiter.resolve(outcome);
    }
  }

  async #workersEnd(withinMs: number): Promise<void> {
    const ended = new AbortController();
    const workers = Promise.all(this.#workers).then(() => ended.abort());
    await Promise.race([workers, this.parts.clock.sleep(withinMs, ended.signal)]);
  }

  async #work(): Promise<void> {
    for (let item = await this.queue.take(); item; item = await this.queue.take()) {
      const unit = this.units.get(item.name);
      if (unit !== undefined) {
        await this.#run(unit, item).catch((error: unknown) => this.#survive(unit, error));
      }
      this.queue.done(item.name);
    }
  }

  /** A fault of Skep's own, such as a full disk under the history: loud, and tried again. */
  #survive(unit: UnitRecord, error: unknown): void {
    this.parts.log.error({ err: error, unit: unit.name }, 'a run broke off');
    unit.outcome = outcomeOfError(error);
    unit.operation = null;
    unit.attempts += 1;
    this.#wake(unit, unit.outcome);
  }

  async #run(unit: UnitRecord, { trigger, lane }: QueueItem): Promise<void> {
    const { clock, log } = this.parts;
    const waiters = unit.waiters.splice(0);
    const { allow } = unit;
    unit.interrupt = new AbortController();
    // Files, events and people made the last observation void themselves; a timer did not.
    if (trigger === 'timer') this.sources.refreshAfter(freshEnoughMs);
    const startedAt = clock.now();
    const signal = AbortSignal.any([this.#stopping.signal, unit.interrupt.signal]);
    const outcome = await runUnit(unit, trigger, this.parts, signal);
    this.#conclude(unit, outcome, allow);
    const atRest = isAtRest(outcome);
    const kept = waiters.filter((waiter) => waiter.until === 'rest' && !atRest);
    unit.waiters.push(...kept);
    for (const waiter of waiters) if (!kept.includes(waiter)) waiter.resolve(outcome);
    const ms = clock.now() - startedAt;
    this.#count(unit, outcome, ms);
    log.debug({ unit: unit.name, trigger, lane, outcome, ms }, 'unit ran');
  }

  #conclude(unit: UnitRecord, outcome: Outcome, allowed: Allow): void {
    const { clock, news, history } = this.parts;
    const before = `${unit.outcome?.result} ${unit.sync} ${unit.health}`;
    unit.outcome = outcome;
    unit.operation = null;
    unit.lastRunAt = clock.now();
    unit.attempts = outcome.result === 'retry' ? unit.attempts + 1 : 0;
    // What a person allowed while it ran is for the next run.
    if (isAtRest(outcome) && unit.allow === allowed) unit.allow = {};
    this.#wake(unit, outcome);
    if (unit.vanished && !history.owned().some((owned) => owned.unit === unit.name)) {
      this.#forget(unit);
    }
    const after = `${outcome.result} ${unit.sync} ${unit.health}`;
    if (before === after) return;
    const { sync, health } = unit;
    news.tell('unit.changed', unit.name, { sync, health, outcome });
    this.#logOutcome(unit, outcome);
  }

  #logOutcome(unit: UnitRecord, outcome: Outcome): void {
    const { log } = this.parts;
    const about = { unit: unit.name, revision: unit.revision.slice(0, 12), outcome };
    if (outcome.result === 'stalled') log.error(about, 'a unit needs somebody to act');
    else if (outcome.result === 'retry') log.warn(about, 'a run failed and is tried again');
    else log.info(about, 'a unit changed its state');
  }

  #wake(unit: UnitRecord, outcome: Outcome): void {
    const { clock, random } = this.parts;
    const now = clock.now();
    const moment = unit.name === clusterUnit ? nextMoment(unit, now) : undefined;
    const watch = now < unit.watchUntil ? now + watchPollMs : undefined;
    const due = [moment, watch, dueAt(unit, outcome, now, random)].filter((at) => at !== undefined);
    unit.nextRunAt = due.length === 0 ? null : Math.min(...due);
    if (unit.nextRunAt === null) return;
    const trigger =
      outcome.result === 'wait' && outcome.reason === 'Verifying' ? 'verify' : 'timer';
    this.queue.addAfter(unit.name, unit.nextRunAt - now, trigger);
  }

  #forget(unit: UnitRecord): void {
    this.units.forget(unit.name);
    this.queue.forget(unit.name);
    this.parts.history.forgetUnit(unit.name);
    this.parts.heal.reset(`${unit.name} `);
    this.parts.metrics.unitForgotten(unit.name);
  }

  #count(unit: UnitRecord, outcome: Outcome, ms: number): void {
    const { metrics, clock, history } = this.parts;
    if (this.units.get(unit.name) === undefined) return;
    metrics.runFinished(unit.name, outcome.result, ms, clock.now());
    if (outcome.result === 'retry') metrics.runRequeued();
    const drifted = unit.sync === 'out-of-sync';
    metrics.unitLooked(unit.name, { drifted, suspended: isSuspended(unit, history) });
    metrics.queueChanged(this.queue.depth, this.queue.oldestMs());
  }

  /** Nothing is taken in after the stop: the history may be closed already. */
  #takeIn(set: DesiredSet, before: DesiredSet | undefined): void {
    if (this.#stopping.signal.aborted) return;
    const { history, heal } = this.parts;
    const isFirst = before === undefined;
    const owners = new Set(history.owned().map(({ unit }) => unit));
    for (const unit of this.units.takeIn(set, owners)) {
      if (!this.#mayRun(unit)) continue;
      heal.reset(`${unit.name} `);
      // Whoever changes a file while everything is looked at for the first time is served before that.
      this.queue.add(unit.name, isFirst ? 'background' : 'user', isFirst ? 'start' : 'files');
    }
    const mayPruneAgain = before?.complete === false && set.complete;
    if (!mayPruneAgain) return;
    for (const { name } of this.units.all().filter((one) => this.#mayRun(one))) {
      this.queue.add(name, 'background', 'files');
    }
  }

  #mayRun({ name }: UnitRecord): boolean {
    return this.#options.only?.includes(name) ?? true;
  }

  /** What failed for want of an Engine does not wait for the end of its backoff. */
  #recovered(): void {
    this.parts.log.info('the Swarm can be read again');
    for (const unit of this.units.all().filter((one) => this.#mayRun(one))) {
      unit.attempts = 0;
      this.queue.add(unit.name, 'background', 'recovery');
    }
  }

  #observed({ snapshot }: Observation, isFirst: boolean): void {
    if (this.#stopping.signal.aborted) return;
    const { metrics, clock, history } = this.parts;
    const now = clock.now();
    metrics.swarmObserved(now);
    const isOver = ({ startedAt }: RotationRow) => isFirst || now - startedAt > rotationEndsMs;
    settleRotations(history, snapshot.swarm, now, isOver);
  }
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
