import type { Write } from '../plan/action.ts';
import type { Engine } from '../swarm/engine.ts';
import { EngineError, isEngineError } from '../swarm/errors.ts';
import type { Clock } from './clock.ts';

const stepMs = 250;
const networkLimitMs = 10_000;
const goneLimitMs = 60_000;

/**
 * Waits until the leader's allocator has served a new network: a service that is attached earlier may stay without
 * addresses. Rejects with a `blocked` error when that takes longer than 10 s.
 */
export async function networkAllocated(
  engine: Engine,
  id: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const served = async () => {
    try {
      return (await engine.network(id)).Driver !== '';
    } catch (error) {
      // Right after its creation another manager may not know it yet.
      if (isEngineError(error, 'unknown') || isEngineError(error, 'not-found')) return false;
      throw error;
    }
  };
  await poll(served, networkLimitMs, clock, signal, 'the Swarm has not allocated the network yet');
}

/** Waits until what a remove took away is really gone: its name, and the tasks that use its networks and ports. */
export async function gone(
  engine: Engine,
  removed: Write,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const isGone = goneCheck(engine, removed);
  if (isGone === undefined) return;
  await poll(isGone, goneLimitMs, clock, signal, 'what was removed is still there');
}

function goneCheck(engine: Engine, write: Write): (() => Promise<boolean>) | undefined {
  if (write.call === 'service.remove') {
    return async () => !(await engine.tasks()).some((task) => task.ServiceID === write.id);
  }
  if (write.call === 'network.remove') {
    return async () => !(await engine.networks()).some((network) => network.Id === write.id);
  }
  return undefined;
}

async function poll(
  done: () => Promise<boolean>,
  limitMs: number,
  clock: Clock,
  signal: AbortSignal,
  otherwise: string,
): Promise<void> {
  for (let waited = 0; !(await done()); waited += stepMs) {
    if (waited >= limitMs || signal.aborted) throw new EngineError(otherwise, { class: 'blocked' });
    await clock.sleep(stepMs, signal);
  }
}
