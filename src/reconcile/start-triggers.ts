import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { Controller } from './controller.ts';
import type { EngineLink } from './engine-link.ts';
import { followEvents } from './event-trigger.ts';
import { watchFiles } from './file-trigger.ts';
import { runTimer } from './timer-trigger.ts';

type TriggerOptions = {
  directory: string;
  link: EngineLink;
  resyncMs: number;
  rescanMs: number;
  /** Forgets what is too old to be kept. */
  trim: () => void;
  /** Brings what the disk did not take before back to it. */
  tend: () => void;
  /** The event stream ended and is opened again. */
  onRestart: () => void;
  clock: Clock;
  random: () => number;
  log: Logger;
};

const checkEveryMs = 2_000;
const tendEveryMs = 5_000;
const trimEveryMs = 3_600_000;

/** Everything that tells the loop to look. Returns what ends it. */
export function startTriggers(
  controller: Controller,
  { directory, link, clock, random, log, ...options }: TriggerOptions,
): () => Promise<unknown> {
  const stopping = new AbortController();
  const timing = { clock, random, log, signal: stopping.signal };
  const every = (everyMs: number, look: () => Promise<void>) =>
    runTimer(look, { everyMs, ...timing });
  const files = watchFiles({
    directory,
    onChange: () => void controller.filesChanged(),
    clock,
    log,
  });
  const running = [
    controller.resync('start'),
    every(options.resyncMs, () => controller.resync('resync')),
    every(options.rescanMs, () => controller.filesChanged()),
    every(checkEveryMs, () => controller.checkEngine()),
    every(tendEveryMs, async () => options.tend()),
    every(trimEveryMs, async () => options.trim()),
    followEvents({
      link,
      onEvents: (events) => controller.eventsSeen(events),
      onConnect: () => void controller.resync('connect'),
      onRestart: options.onRestart,
      ...timing,
    }),
  ];
  return () => {
    stopping.abort();
    return Promise.allSettled([files.close(), ...running]);
  };
}
