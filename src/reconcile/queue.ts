import type { Clock } from './clock.ts';

/** `user`: a person or a changed file waits for it. `background`: everything a machine noticed. */
export type Lane = 'user' | 'background';
export type QueueItem = { name: string; lane: Lane; trigger: string; addedAt: number };

/**
 * Names of units that need a run, as client-go's work queue keeps them: a name that waits already is not added twice, a
 * name that is being worked on runs once more after `done`, and no two workers ever hold one name.
 * https://pkg.go.dev/k8s.io/client-go/util/workqueue
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #lanes: Record<Lane, string[]> = { user: [], background: [] };
  readonly #dirty = new Map<string, QueueItem>();
  readonly #processing = new Set<string>();
  readonly #delayed = new Map<string, { at: number; cancel: AbortController }>();
  readonly #idleWorkers: ((item: QueueItem | undefined) => void)[] = [];
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Names that wait for a worker. */
  get depth(): number {
    return this.#lanes.user.length + this.#lanes.background.length;
  }

  /** How long the one that waits longest has waited. */
  oldestMs(): number {
    const times = [...this.#dirty.values()].map((item) => item.addedAt);
    return times.length === 0 ? 0 : this.#clock.now() - Math.min(...times);
  }

  add(name: string, lane: Lane, trigger: string): void {
    if (this.#closed) return;
    const known = this.#dirty.get(name);
    const promoted = known?.lane === 'background' && lane === 'user';
    if (known !== undefined && !promoted) return;
    this.#dirty.set(name, { name, lane, trigger, addedAt: known?.addedAt ?? this.#clock.now() });
    if (this.#processing.has(name)) return;
    if (promoted) removeFrom(this.#lanes.background, name);
    this.#lanes[lane].push(name);
    this.#serve();
  }

  /** Adds `name` in `ms`, or earlier when an earlier wake-up of it is pending already. */
  addAfter(name: string, ms: number, trigger: string): void {
    if (this.#closed) return;
    if (ms <= 0) return this.add(name, 'background', trigger);
    const at = this.#clock.now() + ms;
    const pending = this.#delayed.get(name);
    if (pending !== undefined && pending.at <= at) return;
    pending?.cancel.abort();
    const cancel = new AbortController();
    this.#delayed.set(name, { at, cancel });
    void this.#clock.sleep(ms, cancel.signal).then(() => {
      if (cancel.signal.aborted) return;
      this.#delayed.delete(name);
      this.add(name, 'background', trigger);
    });
  }

  /** The next name, the user's lane first; waits for one. Undefined once the queue is shut down and empty. */
  take(): Promise<QueueItem | undefined> {
    const item = this.#next();
    if (item !== undefined) return Promise.resolve(item);
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#idleWorkers.push(resolve));
  }

  /** Every `take` is answered by one `done`. */
  done(name: string): void {
    this.#processing.delete(name);
    const again = this.#dirty.get(name);
    if (again === undefined) return;
    this.#lanes[again.lane].push(name);
    this.#serve();
  }

  /** Forgets a name that no longer exists: what waits and what is delayed. */
  forget(name: string): void {
    this.#dirty.delete(name);
    removeFrom(this.#lanes.user, name);
    removeFrom(this.#lanes.background, name);
    this.#cancelDelay(name);
  }

  /** Nothing is added any more and nothing that waits is begun. */
  shutDown(): void {
    this.#closed = true;
    for (const name of this.#delayed.keys()) this.#cancelDelay(name);
    this.#lanes.user.length = 0;
    this.#lanes.background.length = 0;
    this.#dirty.clear();
    for (const worker of this.#idleWorkers.splice(0)) worker(undefined);
  }

  #serve(): void {
    while (this.#idleWorkers.length > 0) {
      const item = this.#next();
      if (item === undefined) return;
      this.#idleWorkers.shift()?.(item);
    }
  }

  #next(): QueueItem | undefined {
    const name = this.#lanes.user.shift() ?? this.#lanes.background.shift();
    const item = name === undefined ? undefined : this.#dirty.get(name);
    if (name === undefined || item === undefined) return undefined;
    this.#dirty.delete(name);
    this.#processing.add(name);
    // The run that begins now decides when the next one is due.
    this.#cancelDelay(name);
    return item;
  }

  #cancelDelay(name: string): void {
    this.#delayed.get(name)?.cancel.abort();
    this.#delayed.delete(name);
  }
}

function removeFrom(list: string[], name: string): void {
  const at = list.indexOf(name);
  if (at !== -1) list.splice(at, 1);
}
