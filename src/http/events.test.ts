import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fixtureState } from './state.fixture.ts';
import { testServer } from './server.fixture.ts';
import type { TestServer } from './server.fixture.ts';

const epoch = fixtureState().status.startedAt;

async function listening(server: TestServer): Promise<string> {
  return server.app.listen({ host: '127.0.0.1', port: 0 });
}

/** Reads a stream until `until` matches what came so far. */
async function openStream(base: string, query = '', headers: Record<string, string> = {}) {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const answer = await fetch(`${base}/api/v1/events${query}`, { headers, signal: abort.signal });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    answer,
    async readUntil(until: RegExp): Promise<string> {
      while (!until.test(text)) {
        const part = await reader?.read();
        if (!part || part.done) throw new Error(`the stream ended after ${JSON.stringify(text)}`);
        text += part.value;
      }
      return text;
    },
    async readToEnd(): Promise<string> {
      for (;;) {
        const part = await reader?.read();
        if (!part || part.done) return text;
        text += part.value;
      }
    },
  };
}

test('news come as events with their ID, type and data', async () => {
  const server = testServer();
  const stream = await openStream(await listening(server));
  expect(stream.answer.headers.get('content-type')).toBe('text/event-stream');
  await stream.readUntil(/retry: 2000\n\n/);
  const { at } = server.operator.publish('run.finished', { result: 'ready\n\nevent: forged' });
  const text = await stream.readUntil(/data: .*\n\n/);
  const data = {
    type: 'run.finished',
    at,
    unit: 'shop',
    data: { result: 'ready\n\nevent: forged' },
  };
  expect(text).toBe(
    `retry: 2000\n\nid: ${epoch}-1\nevent: run.finished\ndata: ${JSON.stringify(data)}\n\n`,
  );
});

test('a client that comes back gets what it has missed, in order, and then what is new', async () => {
  const server = testServer();
  const base = await listening(server);
  for (const type of ['one', 'two', 'three']) server.operator.publish(type);
  const stream = await openStream(base, '', { 'last-event-id': `${epoch}-1` });
  await stream.readUntil(/event: three/);
  server.operator.publish('four');
  const text = await stream.readUntil(/event: four/);
  expect(text.match(/event: \w+/g)).toEqual(['event: two', 'event: three', 'event: four']);
});

test.each([
  ['forgotten', `${epoch}-1`],
  ['of another process', '1-3'],
  ['not one at all', 'x'],
])('an ID that is %s makes the client read everything again', async (_name, last) => {
  const server = testServer();
  const base = await listening(server);
  for (let i = 0; i < 502; i++) server.operator.publish('tick');
  const stream = await openStream(base, '', { 'last-event-id': last });
  expect(await stream.readUntil(/data: .*\n\n/)).toMatch(/event: reset\ndata: \{"type":"reset"\}/);
});

test('named=false sends everything as plain messages', async () => {
  const server = testServer();
  const stream = await openStream(await listening(server), '?named=false');
  await stream.readUntil(/retry/);
  server.operator.publish('drift.found');
  const text = await stream.readUntil(/data: .*\n\n/);
  expect(text).not.toContain('event:');
  expect(text).toContain('"type":"drift.found"');
});

test('a type cannot bring fields of its own', async () => {
  const server = testServer();
  const stream = await openStream(await listening(server));
  await stream.readUntil(/retry/);
  server.operator.publish('a\ndata: forged\r\n');
  expect(await stream.readUntil(/data: \{.*\n\n/)).toContain('event: a data: forged  \ndata: {');
});

test('heartbeats keep the connection alive', async () => {
  const server = testServer();
  const stream = await openStream(await listening(server));
  await stream.readUntil(/retry/);
  server.clock.tick();
  expect(await stream.readUntil(/: still here\n\n/)).toMatch(/: still here/);
});

test('a client that does not read is dropped, and the others go on', async () => {
  const server = testServer();
  const base = await listening(server);
  const { port } = server.app.server.address() as AddressInfo;
  const slow = connect(port, '127.0.0.1');
  onTestFinished(() => void slow.destroy());
  slow.write('GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(slow, 'readable');
  const other = await openStream(base);
  await other.readUntil(/retry/);
  const big = { text: 'x'.repeat(50_000) };
  // The kernel buffers some megabytes for a client that does not read.
  for (let i = 0; i < 400 && !server.logged.some(isDrop); i++) {
    server.operator.publish('big', big);
    await other.readUntil(new RegExp(`id: ${epoch}-${i + 1}\n`));
  }
  expect(server.logged.filter(isDrop)).toHaveLength(1);
  server.operator.publish('after');
  expect(await other.readUntil(/event: after/)).toBeTruthy();
});

const isDrop = (line: string) => line.includes('reads too slowly');

test('closing ends open streams and does not hang on kept-alive connections', async () => {
  const server = testServer();
  const base = await listening(server);
  const streams = await Promise.all([openStream(base), openStream(base)]);
  for (const stream of streams) await stream.readUntil(/retry/);
  await (await fetch(`${base}/livez`)).text();
  const ended = Promise.allSettled(streams.map((stream) => stream.readToEnd()));
  await server.app.close();
  await ended;
  server.operator.publish('nobody listens');
  await expect(fetch(`${base}/livez`)).rejects.toThrow('fetch failed');
});

test('closing does not wait for who waits for a reconcile', async () => {
  const server = testServer();
  const asked = vi.fn<() => Promise<never>>(() => new Promise(() => {}));
  server.operator.reconcile = asked;
  const base = await listening(server);
  const waiting = fetch(`${base}/api/v1/reconcile?wait=true`, { method: 'POST' });
  const ended = waiting.then(
    () => 'answered',
    () => 'cut off',
  );
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  await server.app.close();
  expect(await ended).toBe('cut off');
});

test('the number of streams is limited, and one that left makes room', async () => {
  const server = testServer();
  const base = await listening(server);
  const abort = new AbortController();
  const open = () => fetch(`${base}/api/v1/events`, { signal: abort.signal });
  await Promise.all(Array.from({ length: 100 }, open));
  const refused = await fetch(`${base}/api/v1/events`);
  expect(await refused.json()).toMatchObject({ status: 503, code: 'too-many-streams' });
  abort.abort();
  await vi.waitFor(async () => {
    const later = new AbortController();
    const answer = await fetch(`${base}/api/v1/events`, { signal: later.signal });
    later.abort();
    expect(answer.status).toBe(200);
  });
});
