import type { Logger } from 'pino';
import type { DeliveryRow, History } from '../history/history.ts';
import type { Clock } from '../reconcile/clock.ts';
import type { LoopMetrics } from '../reconcile/loop-metrics.ts';
import type { Newsroom } from '../reconcile/news.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import { fingerprint } from '../tokens/fingerprint.ts';
import { give, has, tryOut } from './attempt.ts';
import { LockProbe } from './lock-probe.ts';
import { afresh, afterFailure, afterSuccess, rowFor } from './next-row.ts';
import type { Target } from './targets.ts';

/** What the files say of deliveries, and whether the Swarm waits for a place to put its key. */
export type DeliveryWish = { targets: readonly Target[]; wantsLock: boolean };

type DelivererOptions = {
  history: History;
  clock: Clock;
  random: () => number;
  log: Logger;
  news: Newsroom;
  metrics: LoopMetrics;
  /** Undefined while that is not known, or nothing may be delivered from here. */
  wish: () => DeliveryWish | undefined;
  /** Where the unlock key goes has been tried, with another result than before. */
  onProbed: () => void;
};

const longestSleepMs = 3_600_000;

/**
 * Brings tokens and the unlock key to where the files want them. Level-triggered: what is live is compared with what
 * each target was last given. Each target has its own pace, and nothing else waits for any of them.
 */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #stopping = new AbortController();
  readonly #probe = new LockProbe();
  /** What is under way, by target; `again` when there was cause to look at the target meanwhile. */
  readonly #busy = new Map<string, { done: Promise<void>; again: boolean }>();
  #live: ReadonlyMap<RotationSubject, string> = new Map();
  #woken = new AbortController();
  #running = Promise.resolve();

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** What is to be delivered as it is now: empty when there is none, absent while that is not known. */
  observed(live: ReadonlyMap<RotationSubject, string>): void {
    this.#live = live;
    this.wake();
  }

  /** Something may have changed: looks at every target. */
  wake(): void {
    this.#woken.abort();
  }

  /** A person asks: what waits or was given up is tried at once. */
  retry(): void {
    const { history, clock } = this.#options;
    for (const row of history.deliveries()) {
      if (row.state !== 'delivered') history.saveDelivery(afresh(row, clock.now()));
    }
    this.#probe.forget();
    this.wake();
  }

  /** Whether the unlock key can be handed over; see `LockProbe.verdict`. */
  lockable(): true | string | undefined {
    return this.#probe.verdict(keyTargets(this.#options.wish()));
  }

  /** Tries under way are cut. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all([...this.#busy.values()].map(({ done }) => done));
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#woken = new AbortController();
      let sleepMs = longestSleepMs;
      try {
        sleepMs = this.#look();
      } catch (error) {
        log.error({ err: error }, 'deliveries could not be looked at');
      }
      await clock.sleep(sleepMs, AbortSignal.any([signal, this.#woken.signal]));
    }
  }

  /** Begins what is due; returns in how many ms the next look is. */
  #look(): number {
    const { history, clock, wish: wishOf, metrics } = this.#options;
    const wish = wishOf();
    if (wish === undefined) {
      metrics.deliveriesCounted([]);
      return longestSleepMs;
    }
    const now = clock.now();
    const known = this.#forgetOthers(wish.targets, history.deliveries());
    const rows = wish.targets.flatMap((target) => {
      const content = this.#live.get(target.subject);
      const before = known.get(idOf(target));
      if (content === '' && before !== undefined) history.forgetDelivery(before);
      if (content === undefined || content === '') return [];
      const row = rowFor(target, fingerprint(content), before, now);
      if (row !== before && !this.#busy.has(idOf(target))) history.saveDelivery(row);
      if (isDue(row, target, now)) this.#begin(idOf(target), () => this.#bring(row, target));
      return [row];
    });
    metrics.deliveriesCounted(rows);
    const waits = rows.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []);
    const next = Math.min(...waits.filter((at) => at > now), this.#lookAtLock(wish, now));
    return Math.min(longestSleepMs, next - now);
  }

  #forgetOthers(
    targets: readonly Target[],
    rows: readonly DeliveryRow[],
  ): ReadonlyMap<string, DeliveryRow> {
    const declared = new Set(targets.map(idOf));
    const byId = rows.map((row) => [`${row.subject} ${row.target}`, row] as const);
    for (const [id, row] of byId) if (!declared.has(id)) this.#options.history.forgetDelivery(row);
    return new Map(byId.filter(([id]) => declared.has(id)));
  }

  #begin(id: string, work: () => Promise<boolean>): void {
    const under = this.#busy.get(id);
    if (under !== undefined) {
      under.again = true;
      return;
    }
    const entry = { done: Promise.resolve(), again: false };
    this.#busy.set(id, entry);
    entry.done = work()
      .catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'a delivery could not be recorded');
        return false;
      })
      .then((changed) => {
        this.#busy.delete(id);
        if (changed || entry.again) this.wake();
      });
  }

  /** True when the row has changed. */
  async #bring(row: DeliveryRow, target: Target): Promise<boolean> {
    const { clock, random, history } = this.#options;
    const content = this.#live.get(target.subject) ?? '';
    const parcel = { subject: row.subject, content, since: row.since };
    const { signal } = this.#stopping;
    if (row.state !== 'pending') {
      const isThere = await has(parcel, target, clock, signal).catch(() => false);
      if (isThere === (row.state === 'delivered') || signal.aborted) return false;
      if (isThere) this.#record(afterSuccess(row, clock.now()), target);
      else history.saveDelivery(afresh(row, clock.now()));
      return true;
    }
    try {
      await give(parcel, target, clock, signal);
      if (!signal.aborted) this.#record(afterSuccess(row, clock.now()), target);
    } catch (error) {
      if (signal.aborted) return false;
      const failed = afterFailure(this.#asStored(row), error, clock.now(), random);
      this.#record(failed, target);
    }
    return true;
  }

  /** A person may have asked for a new beginning while a try was under way. */
  #asStored(row: DeliveryRow): DeliveryRow {
    const rows = this.#options.history.deliveries();
    const { subject, target, wanted } = row;
    return (
      rows.find(
        (one) => one.subject === subject && one.target === target && one.wanted === wanted,
      ) ?? row
    );
  }

  #record(row: DeliveryRow, { subject, way, label }: Target): void {
    const { history, news, metrics, log } = this.#options;
    history.saveDelivery(row);
    const result = row.state === 'pending' ? 'failed' : row.state;
    metrics.delivered(subject, way, result);
    const about = { subject, way, target: label, fingerprint: row.wanted };
    if (result === 'delivered') {
      log.info(about, 'delivered');
      news.tell('delivery.done', null, about);
      return;
    }
    const { attempts, error } = row;
    const more = { ...about, attempts, error };
    log.warn(more, result === 'dead' ? 'a delivery was given up' : 'a delivery failed');
    // One that goes on failing is told once, until it is given up.
    if (result === 'dead' || attempts === 1) news.tell(`delivery.${result}`, null, more);
  }

  /** Tries where a key would go, as long as the files want a lock that is not on. Returns when to look again. */
  #lookAtLock(wish: DeliveryWish, now: number): number {
    const targets = keyTargets(wish);
    if (!wish.wantsLock || targets.length === 0) {
      this.#probe.forget();
      return Infinity;
    }
    for (const target of this.#probe.due(targets, now)) {
      this.#begin(`test ${idOf(target)}`, () => this.#test(target));
    }
    const next = this.#probe.nextAt(targets);
    return next > now ? next : Infinity;
  }

  async #test(target: Target): Promise<boolean> {
    const { clock, random, onProbed } = this.#options;
    const before = this.lockable();
    try {
      const lasting = await tryOut(target, clock, this.#stopping.signal);
      this.#probe.passed(target, lasting, clock.now());
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#probe.failed(target, problem, clock.now(), random);
    }
    if (this.lockable() !== before) onProbed();
    return true;
  }
}

/** Files are looked at each time: somebody may have changed them. */
function isDue({ state, nextAttemptAt }: DeliveryRow, { way }: Target, now: number): boolean {
  return state === 'pending' ? (nextAttemptAt ?? now) <= now : way === 'file';
}

function keyTargets(wish: DeliveryWish | undefined): readonly Target[] {
  return wish?.targets.filter(({ subject }) => subject === 'unlock-key') ?? [];
}

function idOf({ subject, key }: Target): string {
  return `${subject} ${key}`;
}
