import { StringDecoder } from 'node:string_decoder';

import type { Transport } from './transport.ts';
import type { EngineEvent } from './types.ts';

/** `alive` asks the Engine for a sign of life; it is called when `quietMs` passed without an event. */
type StreamOptions = { signal: AbortSignal; alive: () => Promise<void>; quietMs: number };

/**
 * The Swarm's events until the stream ends or breaks or the signal aborts. Connecting may fail with an `EngineError`.
 * Nothing keeps an idle stream alive or tells that it is dead, so a quiet one ends when the Engine gives no sign of life.
 * Task changes, token rotations and settings of the Swarm send no events.
 */
export async function* streamEvents(
  transport: Transport,
  version: string,
  options: StreamOptions,
): AsyncGenerator<EngineEvent> {
  const ended = new AbortController();
  const response = await transport.open(
    { method: 'GET', route: '/events', query: { filters: '{"scope":["swarm"]}' } },
    version,
    AbortSignal.any([options.signal, ended.signal]),
  );
  const guard = guardSilence(options, () => ended.abort());
  try {
    for await (const line of splitLines(response)) {
      guard.heard();
      yield JSON.parse(line) as EngineEvent;
    }
  } catch {
    // A broken stream is an ended one: whoever listens connects again and reads everything anew.
  } finally {
    guard.stop();
    ended.abort();
    response.destroy();
  }
}

function guardSilence(options: StreamOptions, end: () => void) {
  let quiet = false;
  const timer = setInterval(() => {
    if (quiet) options.alive().catch(end);
    quiet = true;
  }, options.quietMs);
  return {
    heard: () => {
      quiet = false;
    },
    stop: () => clearInterval(timer),
  };
}

/** The non-empty lines of a stream, wherever its chunks were cut. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}
