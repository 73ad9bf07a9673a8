import type { Logger } from 'pino';
import type { Clock } from '../reconcile/clock.ts';
import { EngineError } from '../swarm/errors.ts';
import { Lease, type LeaseOptions } from './lease.ts';

/** What the rest of Skep knows of several Skeps: whether this one may write, and who does. */
export type Leadership = {
  leads(): boolean;
  readonly holder: string | null;
  /** Throws a `not-leading` error before a write that must not be sent. */
  guard(method: string): void;
  /** Something that the next one to lead must know has changed. */
  tell(): void;
  /** Takes or watches the lease until the signal aborts; then gives it back when `release` is called. */
  keep(signal: AbortSignal): Promise<void>;
  release(): Promise<void>;
};

export type LeadershipOptions = LeaseOptions & {
  clock: Clock;
  log: Logger;
  /** Called after each change, also when nobody can be asked and the lease has run out. */
  onChange: (leads: boolean) => void;
};

export function createLeadership(options: LeadershipOptions): Leadership {
  const { clock, log, leaseMs, onChange } = options;
  const lease = new Lease(options);
  let wake = new AbortController();
  let led = false;

  function noteChange(): void {
    const leads = lease.leads();
    if (leads === led) return;
    led = leads;
    const { holder } = lease;
    log.info({ holder }, leads ? 'skep leads' : 'another skep may lead: nothing is written');
    onChange(leads);
  }

  async function look(): Promise<number> {
    try {
      return await lease.step();
    } catch (error) {
      // Somebody was faster, or the Swarm cannot be asked: the next look tells.
      log.debug({ err: error }, 'the lease could not be had');
      return leaseMs / 10;
    }
  }

  return {
    leads: () => lease.leads(),
    get holder() {
      return lease.holder;
    },

    guard(method) {
      // A removal names no version that could protect what another one has meanwhile made of the object.
      if (lease.leads(method === 'DELETE' ? leaseMs / 6 : 0)) return;
      const who = lease.holder === null ? 'nobody is known to lead' : `${lease.holder} leads`;
      throw new EngineError(`this Skep does not lead now (${who}), so it writes nothing`, {
        class: 'not-leading',
      });
    },

    tell: () => wake.abort(),

    async keep(signal) {
      while (!signal.aborted) {
        wake = new AbortController();
        const waitMs = await look();
        noteChange();
        await clock.sleep(waitMs, AbortSignal.any([signal, wake.signal]));
      }
    },

    async release() {
      await lease.release().catch((error: unknown) => {
        log.warn({ err: error }, 'the lease could not be given back; it runs out by itself');
      });
    },
  };
}
