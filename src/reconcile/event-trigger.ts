import type { Logger } from 'pino';
import type { EngineEvent } from '../swarm/types.ts';
import { backoffDelay, reconnectBackoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { EngineLink } from './engine-link.ts';

const coalesceMs = 250;
/** A connection that lived so long counts as good: the next failure starts with the shortest delay again. */
const goodAfterMs = 120_000;
/** No connection gets older than 5 to 10 minutes, since a dead one may look alive for ever. */
const recycleMs = 300_000;

type EventTriggerOptions = {
  link: EngineLink;
  /** What came within 250 ms, at once. */
  onEvents: (events: EngineEvent[]) => void;
  /** After every connect: what happened in between has sent nothing. */
  onConnect: () => void;
  /** The stream ended and is opened again. */
  onRestart: () => void;
  clock: Clock;
  random: () => number;
  log: Logger;
  signal: AbortSignal;
};

/**
 * Listens to the Swarm's events and connects again, with growing delays, until the signal aborts. Events are hints and
 * may be lost at any time: https://github.com/moby/moby/blob/master/daemon/events/events.go
 */
export async function followEvents(options: EventTriggerOptions): Promise<void> {
  const { clock, random, log, signal } = options;
  for (let failures = 0; !signal.aborted;) {
    const startedAt = clock.now();
    try {
      await follow(options);
      log.debug('the event stream ended');
    } catch (error) {
      if (failures === 0) log.warn({ err: error }, 'events of the Engine cannot be followed');
    }
    failures = clock.now() - startedAt >= goodAfterMs ? 0 : failures + 1;
    const delay = failures === 0 ? 0 : backoffDelay(failures - 1, reconnectBackoff, random);
    await clock.sleep(delay, signal);
    if (!signal.aborted) options.onRestart();
  }
}

async function follow(options: EventTriggerOptions): Promise<void> {
  const { link, onConnect, clock, random, signal } = options;
  const engine = await link.engine();
  const end = new AbortController();
  const coalescer = coalesce(options);
  void clock
    .sleep(recycleMs * (1 + random()), AbortSignal.any([signal, end.signal]))
    .then(() => end.abort());
  const events = engine.events(AbortSignal.any([signal, end.signal]));
  try {
    const iterator = events[Symbol.asyncIterator]();
    let next = iterator.next();
    await answered(next, clock, signal);
    onConnect();
    for (let event = await next; event.done !== true; event = await next) {
      coalescer.add(event.value);
      next = iterator.next();
    }
  } finally {
    end.abort();
  }
}

/**
 * The stream tells of its first event, not of its connection: a refused one fails within this time, and the look at
 * everything that follows must not come before the Engine has begun to listen for us.
 */
async function answered(first: Promise<unknown>, clock: Clock, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const delay = clock.sleep(coalesceMs, AbortSignal.any([signal, stop.signal]));
  await Promise.race([first, delay]).finally(() => stop.abort());
}

function coalesce({ onEvents, clock, log, signal }: EventTriggerOptions) {
  let batch: EngineEvent[] = [];
  async function flush() {
    await clock.sleep(coalesceMs, signal);
    const events = batch;
    batch = [];
    try {
      if (!signal.aborted) onEvents(events);
    } catch (error) {
      log.error({ err: error }, 'events could not be taken in');
    }
  }
  return {
    add(event: EngineEvent) {
      batch.push(event);
      if (batch.length === 1) void flush();
    },
  };
}
