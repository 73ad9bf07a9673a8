import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Condition } from '../../src/reconcile/operator.ts';
import type { SwarmNode, Task } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { MovedClock } from './moved-clock.ts';
import { RunningSkep } from './running-skep.ts';

/** Nodes that are meant together, and nodes that go astray, on Swarms of three managers and two workers. */
const lab = inject('lab');
const minute = 60_000;

const shop = `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    deploy:
      replicas: 6
      endpoint_mode: dnsrr
      placement: { constraints: [node.labels.zone == a], preferences: [{ spread: node.labels.tier }] }
  agent:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    deploy: { mode: global, endpoint_mode: dnsrr, placement: { constraints: [node.labels.site == lab] } }
`;

describe.each(['28', '20.10'] as const)('a fleet of Engines %s', (engine) => {
  let swarm: TestSwarm;
  let ground: Ground;
  let proxy: RecordingProxy;
  let skep: RunningSkep;
  let clock: MovedClock;

  beforeAll(async () => {
    swarm = await bootSwarm(lab, { engine, managers: 3, workers: 2 });
    ground = new Ground(swarm);
    clock = new MovedClock();
    proxy = await RecordingProxy.start(swarm.node('m1').host);
    const files = { 'cluster.yaml': cluster(fleet('old')), 'stacks/shop.yaml': shop };
    skep = await RunningSkep.start(proxy.host, files, {}, { clock });
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

  /** Nodes that report often are seen to be down soon. */
  const cluster = (nodes: string) =>
    `cluster: { dispatcher_heartbeat: 1s }\nnodes:${nodes.replaceAll('\n', '\n  ')}\n`;

  /** Every node by one of two patterns, and by what it is. */
  function fleet(tier: string): string {
    const network = swarm.node('m1').address.replace(/\d+$/, '0/24');
    return `
m?: { labels: { zone: a, tier: ${tier} }, remove_down_after: 1h }
"w*": { labels: { zone: a, tier: ${tier} }, remove_down_after: 1h }
here: { match: { platform: linux, address: ${network} }, labels: { site: lab } }
elsewhere: { match: { engine_labels: { gpu: "yes" } }, labels: { site: other }, availability: drain }`;
  }

  async function write(nodes: string): Promise<void> {
    const before = skep.unit('cluster')?.revision;
    await skep.write('cluster.yaml', cluster(nodes));
    await eventually(() => skep.unit('cluster')?.revision !== before, {
      what: 'the new file noticed',
      within: 10_000,
    });
  }

  async function declare(nodes: string): Promise<void> {
    await write(nodes);
    await skep.ready(['cluster']);
  }

  async function told(type: string): Promise<Condition> {
    return await eventually(
      () => skep.unit('cluster')?.conditions.find((found) => found.type === type),
      { what: type, within: 30_000 },
    );
  }

  async function byId(id: string): Promise<SwarmNode | undefined> {
    const nodes = await swarm.node('m1').docker<SwarmNode[]>('/nodes');
    return nodes.find(({ ID }) => ID === id);
  }

  async function look(): Promise<void> {
    await skep.operator.reconcile({ by: 'test', wait: true });
  }

  /** Running tasks, each on its node. */
  async function tasks(): Promise<string[]> {
    const found = await swarm.node('m1').docker<Task[]>('/tasks');
    const running = found.filter(({ Status }) => Status.State === 'running');
    return running.map(({ ID, NodeID }) => `${ID} on ${NodeID}`).sort();
  }

  /** The node changes between the plan and the removal: then nobody knows any more how long it has been down. */
  async function changeWhileRemoved(id: string, at: number): Promise<void> {
    const path = `/nodes/${id}`;
    const lift = proxy.fault({ kind: 'hold', method: 'GET', path: new RegExp(`^${path}$`) });
    clock.moveTo(at);
    await skep.operator.reconcile({ by: 'test' });
    await eventually(() => proxy.requests.some((request) => request.path === path), {
      what: 'the last look before the removal',
      within: 10_000,
    });
    await swarm.docker(['node', 'update', '--label-add', 'by=hand', id]);
    lift();
    await skep.ready(['cluster']);
  }

  /** An Engine whose node is gone tries for long to tell the managers, and may give up its first attempt. */
  async function leaveAfterRemoval(name: string): Promise<void> {
    const leave = async () => {
      await swarm.node(name).client.swarmLeave({ force: true });
      return true;
    };
    await eventually(leave, { what: `${name} has left`, within: 60_000, every: 500 });
  }

  const rowsOf = (id: string) => {
    const database = new Sqlite(join(skep.settings.data, 'skep.db'), { readonly: true });
    const rows = database.prepare('SELECT * FROM inventory WHERE name = ?').all(id);
    database.close();
    return rows;
  };

  test('is labelled anew with one update for each node, and no task moves', async () => {
    const before = await tasks();
    expect(before).toHaveLength(6 + 5);
    await declare(fleet('new'));
    const updates = proxy.writes().map(({ method, path }) => `${method} ${path.split('?')[0]}`);
    const nodes = await swarm.node('m1').docker<SwarmNode[]>('/nodes');
    expect(updates.sort()).toEqual(nodes.map(({ ID }) => `POST /nodes/${ID}/update`).sort());
    for (const { Spec } of nodes) {
      expect(Spec.Labels).toEqual({ zone: 'a', tier: 'new', site: 'lab' });
      expect(Spec.Availability).toBe('active');
    }
    expect(await tasks()).toEqual(before);
    proxy.requests.length = 0;
    await look();
    expect(proxy.writes()).toEqual([]);
    await skep.ready(['cluster', 'shop']);
    expect(await tasks()).toEqual(before);
  });

  test('has a node that joins labelled within two seconds', async () => {
    await swarm.joinNode('worker');
    await eventually(async () => (await ground.labels('w3'))['tier'] === 'new', {
      what: 'the labels of the pattern',
      within: 2_000,
    });
    await skep.ready(['cluster', 'shop']);
  });

  test('knows a host that has another name now, and takes nothing from it', async () => {
    const hosts = '\nw2: { labels: { host: two } }\nw3: { labels: { host: three } }';
    await declare(fleet('new') + hosts);
    const [w3] = await ground.nodes('w3');
    const before = await tasks();
    await swarm.node('w3').restartAs('w9');
    const renamed = await told('NodeRenamed');
    expect(renamed).toMatchObject({ kind: 'node', name: 'w3' });
    expect(renamed.message).toContain(`${w3!.ID} was called w3 and is now called w9`);
    expect(await ground.labels('w9')).toMatchObject({ host: 'three', tier: 'new' });
    expect((await tasks()).filter((task) => !task.endsWith(w3!.ID))).toEqual(
      before.filter((task) => !task.endsWith(w3!.ID)),
    );
    await declare(fleet('new') + hosts.replace('w3', 'w9'));
    expect(await ground.labels('w9')).toMatchObject({ host: 'three', tier: 'new' });
  });

  test('with two nodes of one name: neither is guessed, both keep their labels, IDs tell', async () => {
    const [[two], [nine]] = [await ground.nodes('w2'), await ground.nodes('w9')];
    await swarm.node('w3').restartAs('w2');
    const several = await told('AmbiguousNode');
    expect(several.message).toContain('2 nodes are called w2');
    expect([two!.ID, nine!.ID].every((id) => several.message.includes(id))).toBe(true);
    const labels = async () =>
      [await byId(two!.ID), await byId(nine!.ID)].map((node) => node?.Spec.Labels);
    await write(`${fleet('newer')}\nw2: { labels: { host: other } }`);
    await look();
    const kept = { zone: 'a', tier: 'new', site: 'lab' };
    expect(await labels()).toEqual([
      { ...kept, host: 'two' },
      { ...kept, host: 'three' },
    ]);
    await declare(
      `${fleet('new')}\n${two!.ID}: { labels: { host: 2 } }\n${nine!.ID}: { labels: { host: 9 } }`,
    );
    expect(await labels()).toEqual([
      { ...kept, host: '2' },
      { ...kept, host: '9' },
    ]);
  });

  test('tells of a host that left, and serves it again under its new ID', async () => {
    await declare(`${fleet('new')}\nw1: { labels: { host: one } }`);
    const [old] = await ground.nodes('w1');
    await swarm.node('w1').client.swarmLeave({ force: true });
    const down = await told('NodeDown');
    expect(down).toMatchObject({ name: 'w1' });
    expect(down.message).toContain(`docker node rm ${old!.ID}`);
    await skep.ready(['cluster']);
    await swarm.join(swarm.node('w1'));
    const young = await eventually(
      async () =>
        (await ground.nodes('w1')).find(
          ({ ID, Status }) => ID !== old!.ID && Status.State === 'ready',
        ),
      { what: 'the node under its new ID', within: 15_000, every: 20 },
    );
    await eventually(async () => (await byId(young.ID))?.Spec.Labels?.['host'] === 'one', {
      what: 'its labels',
      within: 2_000,
      every: 20,
    });
    const stale = await told('StaleNode');
    expect(stale).toMatchObject({ name: old!.ID });
    expect(stale.message).toContain(`joined again as ${young.ID}`);
    expect(stale.message).toContain('once Skep has seen it down for 1h');
    expect((await byId(old!.ID))?.Spec.Labels).toMatchObject({ host: 'one' });
    await skep.ready(['cluster']);
  });

  test('loses an old self after its time and not before, also when Skep was away', async () => {
    const old = (await ground.nodes('w1')).find(({ Status }) => Status.State === 'down');
    const seen = clock.now();
    await skep.stop();
    clock.moveTo(seen + 50 * minute);
    await skep.boot();
    await skep.ready(['cluster']);
    expect(await byId(old!.ID)).toBeDefined();
    await changeWhileRemoved(old!.ID, seen + 61 * minute);
    expect(await byId(old!.ID)).toBeDefined();
    proxy.requests.length = 0;
    clock.moveTo(seen + 122 * minute);
    await look();
    await skep.ready(['cluster']);
    expect(await byId(old!.ID)).toBeUndefined();
    const paths = proxy.requests.map(({ method, path }) => `${method} ${path}`);
    const at = paths.indexOf(`DELETE /nodes/${old!.ID}`);
    expect(paths.slice(0, at)).toContain(`GET /nodes/${old!.ID}`);
    expect(proxy.writes()).toHaveLength(1);
    expect(rowsOf(old!.ID)).toEqual([]);
    const [run] = skep.operator.history.runs({ unit: 'cluster' }).items;
    expect(skep.operator.history.run(run!.id)?.changes).toMatchObject([
      { kind: 'node', name: old!.ID, action: 'delete', result: 'done' },
    ]);
  });

  test('keeps the old self of a manager until somebody demotes it', async () => {
    const [old] = await ground.nodes('m3');
    await swarm.node('m3').client.swarmLeave({ force: true });
    await swarm.join(swarm.node('m3'));
    const stale = await told('StaleNode');
    expect(stale).toMatchObject({ name: old!.ID });
    expect(stale.message).toContain(`run "docker node demote ${old!.ID}"`);
    clock.moveTo(clock.now() + 120 * minute);
    await look();
    await skep.ready(['cluster']);
    // The Swarm may call it reachable: its new self listens at the same address.
    expect((await byId(old!.ID))?.Spec.Role).toBe('manager');
    await swarm.docker(['node', 'demote', old!.ID]);
    await eventually(async () => (await byId(old!.ID))?.ManagerStatus === undefined, {
      what: 'the old self demoted',
      within: 15_000,
    });
    await look();
    clock.moveTo(clock.now() + 61 * minute);
    await look();
    await skep.ready(['cluster']);
    expect(await byId(old!.ID)).toBeUndefined();
    expect(await ground.labels('m3')).toEqual({ zone: 'a', tier: 'new', site: 'lab' });
  });

  test('waits for a host that was removed by force, and serves it when it is back', async () => {
    const [{ ID: id } = { ID: '' }] = await ground.nodes('w1');
    expect(rowsOf(id)).toHaveLength(1);
    await swarm.docker(['node', 'rm', '--force', 'w1']);
    const missing = await told('NodeMissing');
    expect(missing).toMatchObject({ name: 'w1' });
    expect(missing.message).toContain('docker swarm leave --force');
    await eventually(() => rowsOf(id).length === 0, { what: 'its row gone', within: 5_000 });
    await leaveAfterRemoval('w1');
    await swarm.join(swarm.node('w1'));
    await eventually(async () => (await ground.labels('w1'))['host'] === 'one', {
      what: 'its labels',
      within: 15_000,
    });
    await skep.ready(['cluster', 'shop']);
  });
});
