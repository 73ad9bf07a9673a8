/** What the Swarm holds of the lease. */
export type LeaseRecord = {
  /** The process that leads; empty when it has given the lease back. */
  holder: string;
  /** How long it leads after each renewal, in ms. */
  durationMs: number;
  /** Grows with each write, so that each is a change. */
  counter: number;
  /** Units that people have suspended: the next one to lead must know. Undefined when nothing is said of it. */
  suspended: string[] | undefined;
};

export type SeenLease = { id: string; version: number; record: LeaseRecord };

/** Where the lease is kept. Writes reject when somebody else was faster, and also when nobody can tell. */
export type LeaseStore = {
  read(): Promise<SeenLease | undefined>;
  create(record: LeaseRecord): Promise<void>;
  swap(seen: SeenLease, next: LeaseRecord): Promise<void>;
};

export type LeaseOptions = {
  store: LeaseStore;
  /** Of this process, and of no other one that ever was: a restarted process may have calls of the former on their way. */
  identity: string;
  leaseMs: number;
  /** Monotonic, in ms. Wall clocks of two machines are never compared. */
  now: () => number;
  /** The suspended units that this process knows of, for the next one to lead. */
  suspended: () => string[];
  /** What the one that leads says of them. */
  takeSuspended: (units: string[]) => void;
};

/**
 * A lease that one of several processes holds at a time, by compare-and-swap alone.
 * - The holder counts from before it sent its last successful write, and stops after 2/3 of the lease.
 * - Anybody else counts from when it first saw the present version, and takes over after the whole lease.
 * So they never overlap, as long as the clocks of two machines do not differ in speed by a third.
 */
export class Lease {
  readonly #options: LeaseOptions;
  #seen: { version: number | undefined; since: number } | undefined;
  #provenAt = Number.NEGATIVE_INFINITY;
  #holder: string | null = null;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whether this process may act at this very moment, and for `forMs` more. */
  leads(forMs = 0): boolean {
    const { now, leaseMs } = this.#options;
    return now() + forMs < this.#provenAt + (leaseMs * 2) / 3;
  }

  /** Who holds the lease as far as is known. */
  get holder(): string | null {
    return this.#holder;
  }

  /** Looks at the lease, and takes or renews it when it may. Returns when to do so again, in ms. Rejects as the store does. */
  async step(): Promise<number> {
    const { store, identity, leaseMs, now, takeSuspended } = this.#options;
    const seen = await store.read();
    const isFirst = this.#seen === undefined;
    this.#look(seen);
    if (seen !== undefined && seen.record.holder !== identity) {
      this.#provenAt = Number.NEGATIVE_INFINITY;
      if (seen.record.suspended !== undefined) takeSuspended(seen.record.suspended);
    }
    const free = this.#freeIn(seen, isFirst);
    if (free > 0) return Math.min(free, leaseMs / 10);
    const sentAt = now();
    await this.#write(seen, identity);
    this.#provenAt = sentAt;
    this.#holder = identity;
    return Math.max(0, sentAt + leaseMs / 3 - now());
  }

  /** Stops to lead and lets the next one do so at once. Call it when nothing is being written any more. */
  async release(): Promise<void> {
    const { store, identity } = this.#options;
    this.#provenAt = Number.NEGATIVE_INFINITY;
    const seen = await store.read();
    if (seen?.record.holder === identity) await this.#write(seen, '');
  }

  /** The version counts from when the answer was there: it cannot be younger than that. */
  #look(seen: SeenLease | undefined): void {
    const version = seen?.version;
    if (this.#seen === undefined || this.#seen.version !== version) {
      this.#seen = { version, since: this.#options.now() };
    }
    this.#holder = seen === undefined || seen.record.holder === '' ? null : seen.record.holder;
  }

  /** How long this process must still wait before it may write; 0 when it need not. */
  #freeIn(seen: SeenLease | undefined, isFirst: boolean): number {
    const { identity, leaseMs, now } = this.#options;
    const holder = seen?.record.holder;
    if (holder === identity || holder === '') return 0;
    // Somebody has removed it by hand: who held it still acts for a while.
    if (seen === undefined && (isFirst || this.leads())) return 0;
    const durationMs = Math.max(seen?.record.durationMs ?? 0, leaseMs);
    const waited = now() - (this.#seen?.since ?? now());
    return waited > durationMs ? 0 : durationMs - waited + 1;
  }

  async #write(seen: SeenLease | undefined, holder: string): Promise<void> {
    const { store, leaseMs, suspended } = this.#options;
    const counter = (seen?.record.counter ?? 0) + 1;
    const next = { holder, durationMs: leaseMs, counter, suspended: suspended() };
    await (seen === undefined ? store.create(next) : store.swap(seen, next));
  }
}
