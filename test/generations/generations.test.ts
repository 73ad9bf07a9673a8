import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { Ground } from '../behaviours/ground.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

/** What every generation of Engines has to do. The newest one is what all other tests run on. */
const generations = ['26', '20.10'] as const;
const lab = inject('lab');

const cluster = `
cluster: { task_history_limit: 3 }
tokens: { worker: { rotate: "0 3 * * 0", timezone: Asia/Seoul } }
nodes: { w1: { labels: { disk: ssd } } }
networks: { backend: { attachable: true, labels: { tier: back } } }
`;
const shop = `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    environment: { COLOUR: green }
    networks: [backend, default]
    configs: [settings]
    secrets: [key]
    healthcheck: { test: [CMD, "true"], interval: 1s, retries: 2 }
    deploy:
      endpoint_mode: dnsrr
      update_config: { monitor: 500ms }
      placement: { constraints: [node.labels.disk == ssd], preferences: [ { spread: node.labels.zone } ] }
      resources: { limits: { cpus: "0.5", memory: 32M, pids: 50 } }
  agent:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    deploy: { mode: global, endpoint_mode: dnsrr, update_config: { monitor: 500ms } }
networks: { backend: { external: true } }
configs: { settings: { content: "a=1" } }
secrets: { key: { environment: KEY } }
`;

describe.each(generations)('an Engine %s', (engine) => {
  let swarm: TestSwarm;
  let ground: Ground;
  let proxy: RecordingProxy;
  let skep: RunningSkep;

  beforeAll(async () => {
    swarm = await bootSwarm(lab, { engine, managers: 1, workers: 1 });
    ground = new Ground(swarm);
    proxy = await RecordingProxy.start(swarm.node('m1').host);
    skep = await RunningSkep.start(proxy.host, {
      'cluster.yaml': cluster,
      'stacks/.env': 'KEY=hush\n',
      'stacks/shop.yaml': shop,
    });
    await skep.ready(['cluster', 'shop']);
  });

  afterAll(async () => {
    await skep?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
    await swarm?.dispose();
  });

  beforeEach(() => {
    skep.news.length = 0;
    proxy.requests.length = 0;
  });

  test('holds the cluster and the stack, and is left alone from then on', async () => {
    expect(skep.operator.status().engine?.engineVersion).toMatch(new RegExp(`^${engine}`));
    expect(await ground.services()).toEqual(['shop_agent', 'shop_web']);
    expect(await ground.networks()).toEqual(['backend', 'shop_default']);
    expect(await ground.labels('w1')).toEqual({ disk: 'ssd' });
    expect((await ground.swarm()).Spec.Orchestration?.TaskHistoryRetentionLimit).toBe(3);
    expect(skep.unit('shop')).toMatchObject({ sync: 'synced', health: 'healthy' });
    await skep.operator.reconcile({ by: 'test', wait: true });
    expect(proxy.writes()).toEqual([]);
    expect(await swarm.docker(['stack', 'ps', 'shop'])).toContain('shop_web.1');
  });

  test('is put right where somebody changed it', async () => {
    const change = ['--env-add', 'COLOUR=red', '--limit-memory', '64M', '--replicas', '2'];
    await swarm.docker(['service', 'update', '-d', ...change, 'shop_web']);
    await swarm.docker(['node', 'update', '--label-rm', 'disk', 'w1']);
    await skep.told('drift.settled', 'shop_web', 30_000);
    await skep.told('drift.settled', 'w1', 30_000);
    const service = await ground.service('shop_web');
    expect(service?.Spec.TaskTemplate.ContainerSpec?.Env).toEqual(['COLOUR=green']);
    expect(service?.Spec.TaskTemplate.Resources?.Limits?.MemoryBytes).toBe(32 * 1024 * 1024);
    expect(service?.Spec.Mode?.Replicated?.Replicas).toBe(1);
    expect(await ground.labels('w1')).toEqual({ disk: 'ssd' });
    await skep.ready(['cluster', 'shop']);
  });

  test('has its join token rotated, with nothing else touched', async () => {
    const before = await ground.swarm();
    const row = await skep.operator.rotate('worker', 'test');
    const after = await ground.swarm();
    expect(row.result).toBe('done');
    expect(after.JoinTokens.Worker).not.toBe(before.JoinTokens.Worker);
    expect(after.JoinTokens.Manager).toBe(before.JoinTokens.Manager);
    const at = new Date(row.startedAt).toISOString();
    const labels = { ...before.Spec.Labels, 'skep.rotated-at.worker': at };
    expect(after.Spec).toEqual({ ...before.Spec, Labels: labels });
  });

  test('loses what the files drop', async () => {
    await skep.write(
      'stacks/shop.yaml',
      shop
        .replace(/ {2}agent:[^]*?(?=networks: \{ b)/, '')
        .replace('[backend, default]', '[backend]'),
    );
    await skep.write(
      'cluster.yaml',
      cluster.replace('nodes: { w1: { labels: { disk: ssd } } }', ''),
    );
    await eventually(
      async () => (await ground.services()).length + (await ground.networks()).length === 2,
      { what: 'the removal', within: 40_000 },
    );
    await eventually(async () => Object.keys(await ground.labels('w1')).length === 0, {
      what: 'the label gone',
      within: 15_000,
    });
    await skep.remove('stacks/shop.yaml');
    await eventually(
      () => skep.unit('shop')?.conditions.some(({ type }) => type === 'PruneRefused'),
      { what: 'the guard', within: 15_000 },
    );
    await skep.operator.reconcile({ units: ['shop'], allow: { prune: true }, by: 'test' });
    await eventually(() => skep.unit('shop') === undefined, {
      what: 'the stack gone',
      within: 40_000,
    });
    expect([await ground.services(), await ground.configs(), await ground.secrets()]).toEqual([
      [],
      [],
      [],
    ]);
    expect(await ground.networks()).toEqual(['backend']);
  });
});
