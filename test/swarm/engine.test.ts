import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Engine } from '../../src/swarm/engine.ts';
import { isEngineError } from '../../src/swarm/errors.ts';
import { takeSnapshot } from '../../src/swarm/take-snapshot.ts';
import type { EngineEvent } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { connectSwarm, sleeper, type Connected } from './connected.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe.each(['28', '20.10'] as const)('Engine %s', (generation) => {
  let connected: Connected;
  let engine: Engine;

  beforeAll(async () => {
    connected = await connectSwarm({ engine: generation, managers: 1, workers: 1 });
    engine = connected.engine;
  });
  afterAll(async () => {
    await connected[Symbol.asyncDispose]();
  });

  test('the highest version that both know is agreed on', async () => {
    expect(engine.engineVersion).toMatch(new RegExp(`^${generation}\\.`));
    expect(engine.apiVersion).toBe(generation === '28' ? '1.51' : '1.41');
    await engine.ping();
  });

  test('it knows what it is', async () => {
    const self = await engine.self();
    expect(self).toMatchObject({ state: 'active', manager: true, error: '' });
    expect((await engine.nodes()).map((node) => node.ID)).toContain(self.nodeId);
  });

  test('a config is made, relabelled, found stale, refused and removed', async () => {
    const spec = { Name: 'motd', Labels: { a: '1' }, Data: base64('hello') };
    const id = await engine.createConfig(spec);
    const live = await readConfig(id);
    expect(live.Spec).toEqual(spec);
    await expect(engine.createConfig(spec)).rejects.toMatchObject({ class: 'already-exists' });

    await engine.updateConfig(id, live.Version.Index, { ...spec, Labels: { a: '2' } });
    expect((await readConfig(id)).Spec.Labels).toEqual({ a: '2' });
    const stale = engine.updateConfig(id, live.Version.Index, spec);
    await expect(stale).rejects.toMatchObject({ class: 'conflict', status: 500 });

    const changed = { ...spec, Data: base64('other') };
    const update = engine.updateConfig(id, (await readConfig(id)).Version.Index, changed);
    await expect(update).rejects.toMatchObject({ class: 'invalid' });

    await engine.removeConfig(id);
    expect(await engine.configs()).toEqual([]);
    await expect(engine.removeConfig(id)).rejects.toMatchObject({ class: 'not-found' });
  });

  test('a secret is made, relabelled and removed, and stays out of URLs', async () => {
    const Data = base64('correct horse');
    const id = await engine.createSecret({ Name: 'password', Data });
    const [live] = await engine.secrets();
    expect(live?.Spec.Name).toBe('password');
    const version = live?.Version.Index ?? 0;
    await engine.updateSecret(id, version, { Name: 'password', Labels: { a: '1' } });
    expect((await engine.secrets())[0]?.Spec.Labels).toEqual({ a: '1' });
    await engine.removeSecret(id);
    expect(await engine.secrets()).toEqual([]);

    const urls = connected.proxy.requests.map((request) => request.path).join('\n');
    expect(urls).toContain('/secrets/create');
    expect(urls).not.toContain('password');
    expect(decodeURIComponent(urls)).not.toContain(Data);
  });

  test('a service with network, config and secret runs, is scaled, blocks what it uses, and goes', async () => {
    const network = await engine.createNetwork({
      Name: 'backend',
      Driver: 'overlay',
      Labels: { a: '1' },
    });
    const secret = await engine.createSecret({ Name: 'used', Data: base64('s') });
    const spec = sleeper('web');
    spec.TaskTemplate.Networks = [{ Target: network }];
    const File = { Name: 'used', UID: '0', GID: '0', Mode: 0o444 };
    Object.assign(spec.TaskTemplate.ContainerSpec ?? {}, {
      Secrets: [{ File, SecretID: secret, SecretName: 'used' }],
    });

    const id = await engine.createService(spec);
    await expect(engine.createService(spec)).rejects.toMatchObject({ class: 'already-exists' });
    await running(id, 1);
    expect(await engine.network(network)).toMatchObject({ Name: 'backend', Driver: 'overlay' });
    expect((await engine.networks()).map(({ Name }) => Name).sort()).toEqual([
      'backend',
      'ingress',
    ]);

    const read = await readService(id);
    const scaled = { ...read.Spec, Mode: { Replicated: { Replicas: 2 } } };
    await engine.updateService(id, read.Version.Index, scaled);
    await expect(engine.updateService(id, read.Version.Index, scaled)).rejects.toMatchObject({
      class: 'conflict',
    });
    await running(id, 2);
    expect((await readService(id)).ServiceStatus).toMatchObject({ DesiredTasks: 2 });

    await expect(engine.removeSecret(secret)).rejects.toMatchObject({ class: 'blocked' });
    await expect(engine.removeNetwork(network)).rejects.toMatchObject({ class: 'blocked' });

    await engine.removeService(id);
    await eventually(async () => !(await engine.tasks()).some((task) => task.ServiceID === id), {
      what: 'end of the tasks',
      within: 60_000,
    });
    await engine.removeSecret(secret);
    await eventually(() => engine.removeNetwork(network).then(() => true), {
      what: 'removal of the network',
      within: 60_000,
    });
    await eventually(async () => !(await engine.networks()).some(({ Id }) => Id === network), {
      what: 'absence of the network',
      within: 30_000,
    });
    await expect(engine.network(network)).rejects.toMatchObject({ class: 'unknown', status: 404 });
  });

  test('a service whose network or secret is missing waits for it', async () => {
    const spec = sleeper('lonely');
    spec.TaskTemplate.Networks = [{ Target: 'nowhere' }];
    await expect(engine.createService(spec)).rejects.toMatchObject({
      class: 'missing-dependency',
    });
    const File = { Name: 'x', UID: '0', GID: '0', Mode: 0o444 };
    const wants = sleeper('lonely');
    Object.assign(wants.TaskTemplate.ContainerSpec ?? {}, {
      Secrets: [{ File, SecretID: 'nosuchsecret', SecretName: 'x' }],
    });
    await expect(engine.createService(wants)).rejects.toMatchObject({
      class: 'missing-dependency',
    });
  });

  test('renaming a service is refused for good', async () => {
    const id = await engine.createService(
      sleeper('before', { Mode: { Replicated: { Replicas: 0 } } }),
    );
    const { Version, Spec } = await readService(id);
    const renamed = engine.updateService(id, Version.Index, { ...Spec, Name: 'after' });
    await expect(renamed).rejects.toMatchObject({ class: 'invalid' });
    await engine.removeService(id);
  });

  test('a node is labelled, and not removed while it is ready', async () => {
    const worker = await readWorker();
    const spec = { ...worker.Spec, Labels: { disk: 'ssd' } };
    await engine.updateNode(worker.ID, worker.Version.Index, spec);
    expect((await readWorker()).Spec.Labels).toEqual({ disk: 'ssd' });
    await expect(engine.removeNode(worker.ID)).rejects.toMatchObject({ class: 'blocked' });
  });

  test('the last manager cannot be demoted', async () => {
    const manager = (await engine.nodes()).find((node) => node.Spec.Role === 'manager');
    if (!manager) throw new Error('there is no manager');
    const demoted = { ...manager.Spec, Role: 'worker' } as const;
    await expect(
      engine.updateNode(manager.ID, manager.Version.Index, demoted),
    ).rejects.toMatchObject({ class: 'refused' });
  });

  test('the Swarm takes settings, and rotates the tokens that it is told to', async () => {
    const before = await engine.swarm();
    const Orchestration = { TaskHistoryRetentionLimit: 3 };
    await engine.updateSwarm(before.Version.Index, { ...before.Spec, Orchestration });
    const between = await engine.swarm();
    expect(between.Spec).toEqual({ ...before.Spec, Orchestration });
    expect(between.JoinTokens).toEqual(before.JoinTokens);

    await engine.updateSwarm(between.Version.Index, between.Spec, { worker: true });
    const after = await engine.swarm();
    expect(after.JoinTokens.Worker).not.toBe(before.JoinTokens.Worker);
    expect(after.JoinTokens.Manager).toBe(before.JoinTokens.Manager);
    const stale = engine.updateSwarm(between.Version.Index, between.Spec, { manager: true });
    await expect(stale).rejects.toMatchObject({ class: 'conflict' });
    expect((await engine.swarm()).JoinTokens).toEqual(after.JoinTokens);
  });

  test('a snapshot takes nine calls, and metrics see routes without names', async () => {
    const before = connected.calls.length;
    const snapshot = await takeSnapshot(engine);
    expect(connected.calls.slice(before).sort()).toEqual([
      '200 GET /configs',
      '200 GET /info',
      '200 GET /networks',
      '200 GET /nodes',
      '200 GET /secrets',
      '200 GET /services',
      '200 GET /swarm',
      '200 GET /swarm',
      '200 GET /tasks',
    ]);
    expect(snapshot.nodes).toHaveLength(2);
    expect(snapshot.networks.map(({ Name }) => Name)).toEqual(['ingress']);
  });

  test('events of the Swarm arrive, and stop with the signal', async () => {
    const stop = new AbortController();
    const seen: EngineEvent[] = [];
    const listening = (async () => {
      for await (const event of engine.events(stop.signal)) seen.push(event);
    })();
    await pause(500);
    const id = await engine.createConfig({ Name: 'news', Data: base64('x') });
    await engine.removeConfig(id);
    await eventually(() => seen.length >= 2, { what: 'two events', within: 10_000 });
    expect(seen.map((event) => `${event.Type} ${event.Action} ${event.Actor.ID}`)).toEqual([
      `config create ${id}`,
      `config remove ${id}`,
    ]);
    stop.abort();
    await listening;
  });

  test('a worker cannot be asked', async () => {
    const { connectEngine } = await import('../../src/swarm/connect-engine.ts');
    const worker = await connectEngine({ host: connected.swarm.node('w1').host });
    await expect(takeSnapshot(worker)).rejects.toMatchObject({ class: 'wrong-node' });
    worker.close();
  });

  test('a dead worker is removed', async () => {
    await connected.swarm.node('w1').kill();
    await eventually(async () => (await readWorker()).Status.State === 'down', {
      what: 'a worker that is down',
      within: 60_000,
    });
    await engine.removeNode((await readWorker()).ID);
    expect(await engine.nodes()).toHaveLength(1);
  });

  async function running(id: string, count: number): Promise<void> {
    await eventually(async () => (await readService(id)).ServiceStatus?.RunningTasks === count, {
      what: `${count} running tasks`,
      within: 60_000,
    });
  }

  async function readService(id: string) {
    return one(await engine.services(), id);
  }

  async function readConfig(id: string) {
    return one(await engine.configs(), id);
  }

  async function readWorker() {
    const worker = (await engine.nodes()).find((node) => node.Spec.Role === 'worker');
    if (!worker) throw new Error('there is no worker');
    return worker;
  }
});

test('an Engine that nobody started is unavailable, and says so', async () => {
  const { connectEngine } = await import('../../src/swarm/connect-engine.ts');
  const failed = connectEngine({ host: 'unix:///nonexistent/docker.sock' });
  const error: unknown = await failed.catch((error: unknown) => error);
  expect(isEngineError(error, 'unavailable')).toBe(true);
  expect(String(error)).toContain('mount its socket');
});

function one<T extends { ID: string }>(objects: T[], id: string): T {
  const found = objects.find((object) => object.ID === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
}
