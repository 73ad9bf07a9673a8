import type { Logger } from 'pino';
import { Deliverer, type DeliveryWish } from '../delivery/deliverer.ts';
import { targetsOf } from '../delivery/targets.ts';
import type { History } from '../history/history.ts';
import { isLocked } from '../kinds/token/unlock-key.ts';
import type { Leadership } from '../lease/leadership.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import type { Engine } from '../swarm/engine.ts';
import type { Swarm } from '../swarm/types.ts';
import type { Clock } from './clock.ts';
import type { LoopMetrics } from './loop-metrics.ts';
import type { Newsroom } from './news.ts';
import type { Observation } from './observation.ts';
import { isSuspended } from './suspend.ts';
import type { UnitRecord } from './unit-record.ts';

type DeliveriesOptions = {
  history: History;
  clock: Clock;
  random: () => number;
  log: Logger;
  news: Newsroom;
  metrics: LoopMetrics;
  mode: 'apply' | 'observe';
  leadership: Leadership | undefined;
  /** The unit of the cluster's files; undefined when there is none, or none yet. */
  cluster: () => UnitRecord | undefined;
  /** Every file could be read: without a cluster's unit there is none. */
  isComplete: () => boolean;
  /** The cluster's unit may be able to do more than before. */
  onChange: () => void;
};

const nothing: DeliveryWish = { targets: [], wantsLock: false };
const retryMs = 1_000;

/** Ties the deliverer to the loop: who may deliver what, and which tokens and key are live. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #deliverer: Deliverer;
  readonly #stopping = new AbortController();
  #swarm: Swarm | undefined;
  #tokens = '';
  /** Empty while the Swarm is not locked, undefined while its key is not known yet. */
  #unlockKey: string | undefined;
  /** Counts observations: what was read for an older one counts no more. */
  #observations = 0;
  #runs = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#deliverer = new Deliverer({
      ...options,
      wish: () => this.#wish(),
      onProbed: options.onChange,
    });
  }

  start(): void {
    this.#runs = true;
    this.#deliverer.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#deliverer.stop();
  }

  /** Looks at every target: the files may want another one. */
  wake(): void {
    this.#deliverer.wake();
  }

  /** A person asks: what waits or was given up is tried at once. */
  retry(): void {
    if (this.#wish() !== undefined) this.#deliverer.retry();
  }

  /** Of the world: see there. */
  lockable(): true | string | undefined {
    return this.#deliverer.lockable();
  }

  /** Takes in what is live. Others may make new tokens at any time, and no event tells of it. */
  observed({ engine, snapshot: { swarm } }: Observation): void {
    this.#observations += 1;
    this.#swarm = swarm;
    const { Worker, Manager } = swarm.JoinTokens;
    const tokens = `${Worker} ${Manager}`;
    const isNew = this.#tokens !== '' && tokens !== this.#tokens;
    this.#tokens = tokens;
    if (isNew) this.#options.onChange();
    if (!isLocked(swarm)) this.#unlockKey = '';
    else if (this.#unlockKey === '') this.#unlockKey = undefined;
    this.#tell();
    const wantsKey = this.#wish()?.targets.some(({ subject }) => subject === 'unlock-key');
    if (this.#runs && isLocked(swarm) && wantsKey) void this.#readKey(engine, this.#observations);
  }

  /** The files' wish, when this Skep is the one to fulfil it. */
  #wish(): DeliveryWish | undefined {
    const { mode, leadership, cluster, isComplete, history } = this.#options;
    if (mode === 'observe' || leadership?.leads() === false) return undefined;
    const unit = cluster();
    if (unit === undefined) return isComplete() ? nothing : undefined;
    if (unit.vanished) return nothing;
    if (unit.desired === undefined || isSuspended(unit, history)) return undefined;
    const { objects } = unit.desired;
    const settings = objects.find((object) => object.kind === 'cluster')?.settings;
    const isOff = this.#swarm !== undefined && !isLocked(this.#swarm);
    return { targets: targetsOf(objects), wantsLock: settings?.autolock === true && isOff };
  }

  async #readKey(engine: Engine, observation: number): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (observation === this.#observations && !signal.aborted) {
      try {
        const key = await engine.unlockKey();
        if (observation !== this.#observations) return;
        if (key !== '') this.#unlockKey = key;
        return this.#tell();
      } catch (error) {
        log.warn({ err: error }, 'the unlock key could not be read');
        await clock.sleep(retryMs, signal);
      }
    }
  }

  #tell(): void {
    if (this.#swarm === undefined) return;
    const { Worker, Manager } = this.#swarm.JoinTokens;
    const live = new Map<RotationSubject, string>([
      ['worker', Worker],
      ['manager', Manager],
    ]);
    if (this.#unlockKey !== undefined) live.set('unlock-key', this.#unlockKey);
    this.#deliverer.observed(live);
  }
}
