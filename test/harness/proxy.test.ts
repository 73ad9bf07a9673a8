import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, afterEach, expect, inject, test } from 'vitest';
import { connect } from './engine/ping.ts';
import { eventually } from './await.ts';
import { RecordingProxy } from './proxy.ts';
import { bootSwarm } from './swarm.ts';
import type { TestSwarm } from './swarm.ts';

let swarm: TestSwarm;
let proxy: RecordingProxy;

beforeAll(async () => {
  swarm = await bootSwarm(inject('lab'), {
    engine: '28',
    managers: 1,
    workers: 0,
    images: ['busybox:1.36'],
  });
});
afterAll(() => swarm.dispose());
beforeEach(async () => {
  proxy = await RecordingProxy.start(swarm.node('m1').host);
});
afterEach(() => proxy.close());

test('records what is asked and tells writes from reads', async () => {
  const docker = connect(proxy.host);
  await docker.version();
  await docker.createVolume({ Name: 'recorded' });
  expect(proxy.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /version',
    'POST /volumes/create?Name=recorded',
  ]);
  expect(proxy.writes()).toEqual([{ method: 'POST', path: '/volumes/create?Name=recorded' }]);
});

test('an error fault answers 500 and keeps the request from the Engine, as often as asked', async () => {
  proxy.fault({ method: 'POST', path: /^\/volumes/, kind: 'error', times: 1 });
  const docker = connect(proxy.host);
  await expect(docker.createVolume({ Name: 'refused' })).rejects.toThrow(
    'a fault injected by a test',
  );
  expect(await volumes()).not.toContain('refused');
  await docker.createVolume({ Name: 'refused' });
  expect(await volumes()).toContain('refused');
});

test('a cut fault lets the Engine do it and loses the answer', async () => {
  proxy.fault({ path: /^\/volumes\/create/, kind: 'cut' });
  await expect(connect(proxy.host).createVolume({ Name: 'unsure' })).rejects.toThrow('ECONNRESET');
  expect(await volumes()).toContain('unsure');
});

test('a held request goes on when the fault is lifted', async () => {
  const lift = proxy.fault({ path: /^\/volumes\/create/, kind: 'hold' });
  const creation = connect(proxy.host).createVolume({ Name: 'patient' });
  await eventually(() => proxy.writes().length === 1, { what: 'the request', within: 5000 });
  expect(await volumes()).not.toContain('patient');
  lift();
  await creation;
  expect(await volumes()).toContain('patient');
});

test('events stream through, and end when the connections are cut', async () => {
  const events = await connect(proxy.host).getEvents({ filters: { type: ['volume'] } });
  const ended = once(events, 'error');
  const event = once(events, 'data');
  await connect(swarm.node('m1').host).createVolume({ Name: 'news' });
  expect(String((await event)[0])).toContain('news');
  proxy.cutAll();
  expect(String((await ended)[0])).toContain('aborted');
});

test('a hijacked connection carries both directions, and is closed one at a time', async () => {
  const container = await connect(proxy.host).createContainer({
    Image: 'busybox:1.36',
    Cmd: ['cat'],
    OpenStdin: true,
    StdinOnce: true,
    HostConfig: { NetworkMode: 'none' },
  });
  const stream = await container.attach({ hijack: true, stream: true, stdin: true, stdout: true });
  await container.start();
  stream.end('there and back');
  expect(await text(stream)).toContain('there and back');
});

async function volumes(): Promise<string[]> {
  const { Volumes } = await connect(swarm.node('m1').host).listVolumes();
  return Volumes.map(({ Name }) => Name);
}
