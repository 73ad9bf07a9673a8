import type { Logger } from 'pino';
import type { SpecSet } from '../spec/spec-set.ts';
import type { Clock } from './clock.ts';
import { type DesiredSet, desiredSetFrom, type Wish } from './desired-set.ts';
import type { EngineLink } from './engine-link.ts';
import { type Observation, observe } from './observation.ts';
import { SharedRead } from './shared-read.ts';
import { ViewGuard } from './view-guard.ts';

type SourceOptions = {
  readFiles: () => Promise<SpecSet>;
  link: EngineLink;
  containerId: string | undefined;
  clock: Clock;
  log: Logger;
  /** What was converted before, by unit. */
  known: () => ReadonlyMap<string, Wish>;
  /** Told of each reading, and of the one before it. */
  onSet: (set: DesiredSet, before: DesiredSet | undefined) => void;
  onObservation: (observation: Observation, isFirst: boolean) => void;
  /** The Swarm can be read again after it could not. */
  onRecovery: () => void;
};

/** An Engine that nobody asked anything for so long is asked for a sign of life. */
const quietMs = 10_000;
/** How long it may take for one; the leader of a Swarm changes in less. */
const patienceMs = 5_000;

/** The two sides that are compared, each read once for all who want it, and what was read last. */
export class Sources {
  readonly wishes = new SharedRead(() => this.#readWishes());
  readonly observations = new SharedRead(() => this.#observe());
  readonly #options: SourceOptions;
  readonly #guard = new ViewGuard();
  #observedAt = Number.NEGATIVE_INFINITY;
  set: DesiredSet | undefined;
  observation: Observation | undefined;
  /** Why the last look at the Swarm failed. */
  problem: string | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** Has the Swarm read again, unless the last reading is younger than that. */
  refreshAfter(ms: number): void {
    if (this.#options.clock.now() - this.#observedAt > ms) this.observations.invalidate();
  }

  /**
   * Looks whether the Swarm can be read: all the time while it could not, and after a quiet time while it could, for
   * neither a hung Engine nor a lost quorum sends an event. Never rejects.
   */
  async check(): Promise<void> {
    const { clock } = this.#options;
    if (this.problem !== undefined) {
      this.observations.invalidate();
      await this.observations.get().catch(() => undefined);
    } else if (clock.now() - this.#observedAt > quietMs) {
      this.#observedAt = clock.now();
      await this.#askForSign();
    }
  }

  async #askForSign(): Promise<void> {
    const { link, clock } = this.#options;
    const answered = new AbortController();
    const late = clock.sleep(patienceMs, answered.signal).then(() => {
      if (answered.signal.aborted) return;
      throw new Error(`the Engine at ${link.state.host} has not answered for ${patienceMs} ms`);
    });
    const sign = link
      .engine()
      .then((engine) => engine.swarm())
      .finally(() => answered.abort());
    await Promise.race([sign, late]).catch((error: unknown) => {
      this.problem = messageOf(error);
    });
  }

  /** What cannot be read at all leaves everything as it is, and lets nothing be pruned. */
  async #readWishes(): Promise<DesiredSet> {
    const { readFiles, clock, log, known, onSet } = this.#options;
    const before = this.set;
    try {
      this.set = desiredSetFrom(await readFiles(), known(), clock.now());
    } catch (error) {
      log.error({ err: error }, 'the desired directory cannot be read');
      this.set = unreadable(before, error, clock.now());
    }
    onSet(this.set, before);
    return this.set;
  }

  async #observe(): Promise<Observation> {
    const { link, containerId, clock, onObservation, onRecovery } = this.#options;
    this.#observedAt = clock.now();
    try {
      const before = this.observation;
      const read = await observe(await link.engine(), containerId);
      this.#guard.check(read.snapshot, clock.now());
      this.observation = read;
      const isBack = before !== undefined && this.problem !== undefined;
      this.problem = undefined;
      onObservation(this.observation, before === undefined);
      if (isBack) onRecovery();
      return this.observation;
    } catch (error) {
      this.problem = messageOf(error);
      throw error;
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unreadable(before: DesiredSet | undefined, error: unknown, readAt: number): DesiredSet {
  const message = messageOf(error);
  return {
    wishes: before?.wishes ?? [],
    diagnostics: [{ severity: 'error', code: 'unreadable-directory', message }],
    complete: false,
    readAt,
    lastGood: before?.lastGood ?? [],
  };
}
