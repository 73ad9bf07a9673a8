import { Readable } from 'node:stream';
import type { Clock } from '../reconcile/clock.ts';
import type { News } from '../reconcile/operator.ts';
import { Problem } from './problems.ts';

const keptNews = 500;
const maxClients = 100;
const heartbeatMs = 15_000;
const retryMs = 2_000;
/** A client that leaves more than this unread is dropped; it comes back with its last event's ID. */
const maxUnreadBytes = 256 * 1024;

export type EventHub = ReturnType<typeof createEventHub>;

/**
 * Hands news to every open stream of server-sent events and keeps the latest, so that a client that comes back misses
 * nothing. `epoch` tells the processes apart: the numbers of news start again with each.
 */
export function createEventHub(options: { clock: Clock; epoch: number; onDrop: () => void }) {
  const kept: News[] = [];
  const clients = new Map<Readable, Style>();
  const stop = new AbortController();
  const idOf = (news: News) => `${options.epoch}-${news.id}`;

  function send(client: Readable, text: string): void {
    if (client.readableLength + text.length > maxUnreadBytes) {
      client.destroy();
      options.onDrop();
    } else {
      client.push(text);
    }
  }

  async function beat(): Promise<void> {
    for (;;) {
      await options.clock.sleep(heartbeatMs, stop.signal);
      if (stop.signal.aborted) return;
      for (const client of clients.keys()) send(client, ': still here\n\n');
    }
  }

  return {
    publish(news: News): void {
      kept.push(news);
      if (kept.length > keptNews) kept.shift();
      for (const [client, style] of clients) send(client, eventText(idOf(news), news, style));
    },
    /** A stream that starts after the event `last`, or with what comes next. Throws Problem when there are too many. */
    open(last: string | undefined, style: Style): Readable {
      if (clients.size >= maxClients || stop.signal.aborted) {
        throw new Problem('too-many-streams', 'Close one, or try again later.', { retryAfter: 5 });
      }
      const client = new Readable({ read() {} });
      clients.set(client, style);
      client.once('close', () => clients.delete(client));
      client.push(`retry: ${retryMs}\n\n`);
      if (last !== undefined) client.push(missedText(kept, last, idOf, style));
      return client;
    },
    /** Sends heartbeats until the hub is closed. */
    start(): void {
      void beat();
    },
    close(): void {
      stop.abort();
      for (const client of clients.keys()) client.push(null);
    },
  };
}

/** Whether events carry their type as their name; without it a plain `onmessage` gets them all. */
export type Style = { named: boolean };

/** Text for a client that comes back; `reset` when what it has missed is not known (any more). */
function missedText(
  kept: News[],
  last: string,
  idOf: (news: News) => string,
  style: Style,
): string {
  const place = kept.findIndex((news) => idOf(news) === last);
  if (place < 0) return `${style.named ? 'event: reset\n' : ''}data: {"type":"reset"}\n\n`;
  const missed = kept.slice(place + 1);
  return missed.map((news) => eventText(idOf(news), news, style)).join('');
}

function eventText(id: string, { type, at, unit, data }: News, { named }: Style): string {
  // The type becomes a line of its own, so it must not bring another one along.
  const event = named ? `event: ${type.replaceAll(/[\r\n]/g, ' ')}\n` : '';
  return `id: ${id}\n${event}data: ${JSON.stringify({ type, at, unit, data })}\n\n`;
}
