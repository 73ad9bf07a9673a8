import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { connectEngine } from '../../src/swarm/connect-engine.ts';
import type { Engine } from '../../src/swarm/engine.ts';
import { isEngineError } from '../../src/swarm/errors.ts';
import { takeSnapshot } from '../../src/swarm/take-snapshot.ts';
import { eventually } from '../harness/await.ts';
import { connectSwarm } from './connected.ts';

test(
  'a snapshot is whole or none while the quorum goes and comes back',
  { timeout: 240_000 },
  async () => {
    await using connected = await connectSwarm({ managers: 3 });
    const { engine, swarm } = connected;
    const network = await engine.createNetwork({ Name: 'backend', Driver: 'overlay' });
    const others = [swarm.node('m2'), swarm.node('m3')];

    await Promise.all(others.map((node) => node.kill()));
    // The leader takes some seconds to notice, and answers from what it knows until then.
    await eventually(async () => (await snapshotOrError(engine)) === 'unavailable', {
      what: 'loss of the quorum',
      within: 60_000,
    });
    expect((await engine.networks()).map(({ Id }) => Id)).not.toContain(network);
    await expect(engine.network(network)).rejects.toMatchObject({ class: 'unknown' });
    await expect(takeSnapshot(engine)).rejects.toMatchObject({ class: 'unavailable' });
    const create = engine.createConfig({ Name: 'a', Data: 'YQ==' });
    await expect(create).rejects.toMatchObject({ class: 'unavailable' });

    await Promise.all(others.map((node) => node.start()));
    await eventually(async () => (await snapshotOrError(engine)) !== 'unavailable', {
      what: 'return of the quorum',
      within: 90_000,
    });

    /** A snapshot without the network would be the mistake that deletes and makes anew what is there. */
    async function snapshotOrError(engine: Engine): Promise<string> {
      try {
        const { networks } = await takeSnapshot(engine);
        expect.soft(networks.map(({ Id }) => Id)).toContain(network);
        return 'complete';
      } catch (error) {
        return isEngineError(error) ? error.class : String(error);
      }
    }
  },
);

test('faults of the connection end every call within its limit', async () => {
  await using connected = await connectSwarm({}, { timeoutMs: 3000 });
  const { engine, proxy, calls } = connected;

  const lift = proxy.fault({ path: /^\/services/, kind: 'cut', times: 1 });
  await expect(takeSnapshot(engine)).rejects.toMatchObject({ class: 'unavailable' });
  lift();
  expect(calls).toContain('0 GET /services');

  const release = proxy.fault({ path: /^\/swarm/, kind: 'hold' });
  const started = performance.now();
  await expect(engine.swarm()).rejects.toThrow(/not within 3000 ms/);
  expect(performance.now() - started).toBeLessThan(4000);
  release();

  proxy.fault({ path: /^\/secrets\/create/, kind: 'cut', times: 1 });
  const Data = Buffer.from('never to be seen').toString('base64');
  const error: unknown = await engine
    .createSecret({ Name: 'password', Data })
    .catch((error: unknown) => error);
  expect(error).toMatchObject({ class: 'unavailable' });
  expect(JSON.stringify(error) + String(error)).not.toContain(Data);

  await takeSnapshot(engine);
});

test('the stream of events ends when the Engine dies, and when it falls silent', async () => {
  await using connected = await connectSwarm({}, { timeoutMs: 1500, quietMs: 500 });
  const { engine, swarm } = connected;
  const manager = swarm.node('m1');

  const silent = listen(engine);
  await pause(500);
  await manager.pause();
  await silent;
  await manager.unpause();
  await eventually(() => engine.ping().then(() => true), { what: 'the Engine', within: 30_000 });

  const dead = listen(engine);
  await pause(2000);
  await manager.kill();
  await dead;
  await expect(listen(engine)).rejects.toMatchObject({ class: 'unavailable' });
});

test('an Engine that is silent from the start fails the connection', async () => {
  await using connected = await connectSwarm();
  await connected.swarm.node('m1').pause();
  const connecting = connectEngine({ host: connected.proxy.host, timeoutMs: 1000 });
  await expect(connecting).rejects.toMatchObject({ class: 'unavailable' });
  await connected.swarm.node('m1').unpause();
});

async function listen(engine: Engine): Promise<void> {
  for await (const _ of engine.events(new AbortController().signal));
}
