import type { RotationRow } from '../history/history.ts';
import { clusterUnit } from '../spec/spec-set.ts';
import type { EngineEvent } from '../swarm/types.ts';
import { Certificates } from './certificates.ts';
import type { ControllerOptions } from './controller-options.ts';
import { createOperator } from './create-operator.ts';
import { Deliveries } from './deliveries.ts';
import type { DesiredSet } from './desired-set.ts';
import { unitsTouched } from './event-units.ts';
import { Guests } from './guests.ts';
import { ImageDigests } from './image-digests.ts';
import { noMetrics } from './loop-metrics.ts';
import type { LoopParts } from './loop-parts.ts';
import { createNewsroom } from './news.ts';
import type { Observation } from './observation.ts';
import type { Operator } from './operator.ts';
import type { Outcome } from './outcome.ts';
import { WorkQueue } from './queue.ts';
import { finishRun } from './run-row.ts';
import { SecretComparison } from './secret-contents.ts';
import { SelfHeal } from './self-heal.ts';
import { settleLeftOver } from './settle-left-over.ts';
import { Sources } from './sources.ts';
import { TokenSecrets } from './token-secrets.ts';
import type { UnitRecord } from './unit-record.ts';
import { UnitRegistry } from './unit-registry.ts';
import { takeTurn } from './unit-turn.ts';

/**
 * A removed network stays in the lists of nodes where tasks still use it, and goes from there without an event.
 * https://github.com/moby/moby/issues/29293
 */
const ghostWatchMs = 20_000;

/** What a cut call still takes to be written down. */
const cutGraceMs = 1_000;

/** Longer than the calls of a rotation may take: what is still open then was never seen to end. */
const rotationEndsMs = 120_000;

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
    const news = createNewsroom(clock);
    this.parts = {
      wishes: this.sources.wishes,
      observations: this.sources.observations,
      heal: new SelfHeal(),
      guests: new Guests(),
      news,
      history,
      clock,
      random,
      log,
      metrics,
      images: new ImageDigests({ clock, log, auth, policy: resolveImage }),
      secrets: new SecretComparison(),
      tokenSecrets: new TokenSecrets(),
      certificates: new Certificates({
        clock,
        log,
        read: options.readCertificate,
        onLook: (news) => this.#certificatesSeen(news),
      }),
      deliveries: new Deliveries({
        history,
        clock,
        random,
        log,
        news,
        metrics,
        mode,
        leadership: options.leadership,
        cluster: () => this.units.get(clusterUnit),
        isComplete: () => this.sources.set?.complete === true,
        onChange: () => this.#lookAtCluster('tokens'),
      }),
      auth,
      mode,
      leadership: options.leadership,
      learnOwners: options.learnOwners ?? false,
      only: options.only,
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
    const delivered = this.parts.deliveries.stop();
    await this.#workersEnd(graceMs);
    this.#options.link.close();
    await this.#workersEnd(cutGraceMs);
    await delivered;
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
        await takeTurn(unit, item, this, this.#stopping.signal);
      }
      this.queue.done(item.name);
    }
  }

  /** Nothing is taken in after the stop: the history may be closed already. */
  #takeIn(set: DesiredSet, before: DesiredSet | undefined): void {
    if (this.#stopping.signal.aborted) return;
    const { history, heal, guests } = this.parts;
    this.parts.deliveries.wake();
    const isFirst = before === undefined;
    const owners = new Set(history.owned().map(({ unit }) => unit));
    const changed = this.units.takeIn(set, owners);
    // No event tells of objects that no unit knows, and a new wish may concern them.
    if (changed.length > 0 && !isFirst) this.parts.observations.invalidate();
    for (const unit of changed) {
      if (!this.#mayRun(unit)) continue;
      heal.reset(`${unit.name} `);
      guests.reset(unit.name);
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
    return this.parts.only?.includes(name) ?? true;
  }

  /** What failed for want of an Engine does not wait for the end of its backoff. */
  #recovered(): void {
    this.parts.log.info('the Swarm can be read again');
    for (const unit of this.units.all().filter((one) => this.#mayRun(one))) {
      unit.attempts = 0;
      this.queue.add(unit.name, 'background', 'recovery');
    }
  }

  #observed(observation: Observation, isFirst: boolean): void {
    if (this.#stopping.signal.aborted) return;
    const { metrics, clock } = this.parts;
    const now = clock.now();
    metrics.swarmObserved(now);
    const isOver = ({ startedAt }: RotationRow) => isFirst || now - startedAt > rotationEndsMs;
    settleLeftOver(observation, isOver, this.parts);
    this.parts.deliveries.observed(observation);
    metrics.certificatesSeen(this.parts.certificates.status(observation.snapshot));
    void this.parts.certificates.look(observation.snapshot);
  }

  #certificatesSeen(news: boolean): void {
    const { observation } = this.sources;
    if (observation === undefined || this.#stopping.signal.aborted) return;
    const { certificates, metrics } = this.parts;
    metrics.certificatesSeen(certificates.status(observation.snapshot));
    if (news) this.#lookAtCluster('certificates');
  }

  #lookAtCluster(trigger: string): void {
    const unit = this.units.get(clusterUnit);
    if (unit !== undefined && this.#mayRun(unit)) this.queue.add(unit.name, 'background', trigger);
  }
}
