import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Listed, RotationRow, RunRow } from '../../src/history/history.ts';
import type { Status } from '../../src/reconcile/operator.ts';
import { Ground } from '../behaviours/ground.ts';
import { eventually } from '../harness/await.ts';
import { freePort } from '../harness/free-port.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { type SkepProcess, startSkep } from '../harness/skep-process.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

/**
 * Skep in a process of its own, killed as a power cut kills it, at each write there is: once before the Engine has seen
 * the write, once when the Engine has carried it out and its answer is on the way.
 */
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;
let folder: string;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
  proxy = await RecordingProxy.start(swarm.node('m1').host);
  folder = await mkdtemp(join(tmpdir(), 'skep-crash-'));
});

afterAll(async () => {
  await proxy?.close();
  await swarm?.dispose();
  if (folder) await rm(folder, { recursive: true });
});

const writing = { method: /POST|DELETE/ };

async function start(): Promise<SkepProcess> {
  return await startSkep({
    host: proxy.host,
    desired: join(folder, 'desired'),
    data: join(folder, 'data'),
    listen: `127.0.0.1:${await freePort()}`,
    log: join(folder, 'log'),
    settings: { SKEP_KEEP_VERSIONS: '0' },
  });
}

async function write(files: Record<string, string>): Promise<void> {
  await rm(join(folder, 'desired'), { recursive: true, force: true });
  await mkdir(join(folder, 'desired', 'stacks'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await writeFile(join(folder, 'desired', path), text);
  }
}

async function isReady(skep: SkepProcess): Promise<boolean> {
  const { ready, units } = await skep.get<Status>('/api/v1/status');
  return ready && units.every(({ outcome }) => outcome?.result === 'ready');
}

/** One life of Skep, until the moment of death or until there is nothing left to do. True when it was killed. */
async function live(death: 'hold' | 'mute'): Promise<boolean> {
  const lift = proxy.fault({ ...writing, kind: death });
  proxy.requests.length = 0;
  const met = () =>
    proxy.requests.some(({ fault, answered }) =>
      death === 'hold' ? fault === 'hold' : answered === true,
    );
  const skep = await start();
  try {
    await eventually(async () => met() || (await isReady(skep)), {
      what: 'a write, or nothing left to do',
      within: 60_000,
      every: 20,
    });
    return met();
  } finally {
    await skep.kill();
    // What was held back dies with its connection.
    proxy.cutAll();
    lift();
  }
}

/** Kills Skep at every write until it has nothing left to write. Returns how often. */
async function killAtEveryWrite(): Promise<number> {
  let deaths = 0;
  while (await live(deaths % 2 === 0 ? 'hold' : 'mute')) {
    deaths += 1;
    const orphans = (await objects()).filter((object) => !inventory().includes(object));
    expect(orphans, `orphans after death ${deaths}`).toEqual([]);
  }
  return deaths;
}

/** What is live, by kind and name, several times if it is there several times. */
async function objects(): Promise<string[]> {
  return [
    ...(await ground.configs()).map((name) => `config ${name}`),
    ...(await ground.networks()).map((name) => `network ${name}`),
    ...(await ground.secrets()).map((name) => `secret ${name}`),
    ...(await ground.services()).map((name) => `service ${name}`),
  ].toSorted();
}

function inDatabase<T>(use: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(join(folder, 'data', 'skep.db'));
  try {
    return use(db);
  } finally {
    db.close();
  }
}

function inventory(): string[] {
  const query = `SELECT kind || ' ' || name AS object FROM inventory
    WHERE kind IN ('config', 'network', 'secret', 'service') ORDER BY object`;
  const rows = inDatabase((db) => db.prepare<[], { object: string }>(query).all());
  return rows.map(({ object }) => object);
}

async function history(): Promise<{ runs: RunRow[]; rotations: RotationRow[] }> {
  const skep = await start();
  try {
    await eventually(() => isReady(skep), { what: 'all ready', within: 30_000 });
    const { items: runs } = await skep.get<Listed<RunRow>>('/api/v1/history?limit=200');
    const query = 'SELECT * FROM rotations';
    return { runs, rotations: inDatabase((db) => db.prepare<[], RotationRow>(query).all()) };
  } finally {
    expect(await skep.stop()).toBe(0);
  }
}

const stack = (colour: string, { api = true } = {}) => `
x-service: &service
  image: ${lab.workload}
  command: [sleep, "3600"]
  networks: [back]
  configs: [page]
  deploy: { replicas: 0, endpoint_mode: dnsrr }
services:
  web: { <<: *service, environment: { COLOUR: ${colour} } }
${api ? '  api: { <<: *service, secrets: [key] }' : ''}
networks: { back: { driver: overlay } }
configs: { page: { content: the ${colour} page } }
${api ? 'secrets: { key: { file: ./_key.txt } }' : ''}
`;
const files = (text: string) => ({ 'stacks/shop.yaml': text, 'stacks/_key.txt': 'honey' });
const plain = (names: string[]) => names.map((name) => name.replace(/-[0-9a-f]{8,}$/, '-#'));
const wanted = [
  'config shop_page-#',
  'network shop_back',
  'secret shop_key-#',
  'service shop_api',
  'service shop_web',
];

test(
  'a stack comes up once, though Skep dies at each of its writes',
  { timeout: 240_000 },
  async () => {
    await write(files(stack('green')));
    const deaths = await killAtEveryWrite();
    expect(deaths).toBeGreaterThanOrEqual(6);
    expect(plain(await objects())).toEqual(wanted);
    expect(plain(inventory())).toEqual(wanted);
    const { runs } = await history();
    expect(runs.map(({ result }) => result)).toEqual(Array(deaths).fill('interrupted'));
  },
);

test('updates are carried through, and what they replaced goes', { timeout: 240_000 }, async () => {
  await write(files(stack('blue')));
  expect(await killAtEveryWrite()).toBeGreaterThanOrEqual(4);
  await write(files(stack('red')));
  // The new content, both services, and the oldest content, which no rollback needs any more.
  expect(await killAtEveryWrite()).toBeGreaterThanOrEqual(6);
  expect(plain(await objects())).toEqual(['config shop_page-#', ...wanted]);
  expect(plain(inventory())).toEqual(['config shop_page-#', ...wanted]);
  const web = await ground.service('shop_web');
  expect(web?.Spec.TaskTemplate.ContainerSpec?.Env).toEqual(['COLOUR=red']);
});

test('what no file names any more goes, and nothing else', { timeout: 240_000 }, async () => {
  await write(files(stack('red', { api: false })));
  expect(await killAtEveryWrite()).toBeGreaterThanOrEqual(4);
  const left = wanted.filter((object) => !/key|api/.test(object));
  expect(plain(await objects())).toEqual(['config shop_page-#', ...left]);
  expect(plain(inventory())).toEqual(['config shop_page-#', ...left]);
});

test('what Skep made the moment it died is pruned when its file is gone by then', async () => {
  const both = {
    ...files(stack('red', { api: false })),
    'stacks/late.yaml': `
services:
  job: { image: ${lab.workload}, networks: [shop], deploy: { replicas: 0, endpoint_mode: dnsrr } }
networks: { shop: { external: true, name: shop_back } }`,
  };
  await write(both);
  expect(await live('mute')).toBe(true);
  expect(await ground.services()).toEqual(['late_job', 'shop_web']);
  await write(files(stack('red', { api: false })));
  await history();
  expect(await ground.services()).toEqual(['shop_web']);
});

test('drift that was put right the moment Skep died does not count as open for ever', async () => {
  await history();
  await swarm.docker(['service', 'scale', '--detach', 'shop_web=2']);
  expect(await live('mute')).toBe(true);
  const query = 'SELECT count(*) FROM drift WHERE settled_at IS NULL';
  const open = () => inDatabase((db) => db.prepare(query).pluck().get());
  expect(open()).toBe(1);
  await history();
  expect(open()).toBe(0);
});

test('a slot of a token schedule is taken exactly once', { timeout: 240_000 }, async () => {
  const schedule = 'tokens: { worker: { rotate: "0 0 1 1 *" } }';
  await write({ ...files(stack('red', { api: false })), 'cluster.yaml': schedule });
  await history();
  // As if Skep had been down since then.
  const owe = `UPDATE inventory SET state = json_set(state, '$.since', 0) WHERE kind = 'token'`;
  expect(inDatabase((db) => db.prepare(owe).run().changes)).toBe(1);

  const before = (await ground.swarm()).JoinTokens.Worker;
  expect(await live('hold')).toBe(true);
  expect((await ground.swarm()).JoinTokens.Worker).toBe(before);
  expect(await live('mute')).toBe(true);
  const after = (await ground.swarm()).JoinTokens.Worker;
  expect(after).not.toBe(before);
  expect(await live('hold')).toBe(false);
  expect((await ground.swarm()).JoinTokens.Worker).toBe(after);

  const { rotations } = await history();
  expect(rotations.map(({ result }) => result)).toEqual(['failed', 'done']);
  expect(new Set(rotations.map(({ slot }) => slot)).size).toBe(1);
});

const network = (subnet: string) => ({
  ...files(stack('red', { api: false })),
  'cluster.yaml': `
networks: { wide: { ipam: { config: [ { subnet: ${subnet} } ] }, x-skep: { replace: true } } }`,
  'stacks/net.yaml': `
x-service: &service
  image: ${lab.workload}
  command: [sh, -c, "trap exit TERM; while true; do sleep 0.1; done"]
  networks: [wide]
  deploy: { endpoint_mode: dnsrr, update_config: { monitor: 500ms } }
services:
  web: *service
  page: { <<: *service, networks: [own] }
networks: { wide: { external: true }, own: {} }`,
});

test(
  'a network in use is replaced, though Skep dies at each write',
  { timeout: 240_000 },
  async () => {
    await write(network('10.71.0.0/24'));
    await history();
    const [before, page] = [await ground.network('wide'), await ground.service('net_page')];
    await write(network('10.72.0.0/24'));
    // Detached, removed, made, attached: each once before the Engine has seen it, and once after.
    expect(await killAtEveryWrite()).toBeGreaterThanOrEqual(8);
    const after = await ground.network('wide');
    expect(after?.Id).not.toBe(before?.Id);
    expect(after?.IPAM.Config?.[0]?.Subnet).toBe('10.72.0.0/24');
    const web = await ground.service('net_web');
    expect(web?.Spec.TaskTemplate.Networks).toMatchObject([{ Target: after?.Id }]);
    expect(web?.Spec.UpdateConfig).toMatchObject({ FailureAction: 'pause' });
    expect((await ground.service('net_page'))?.Version).toEqual(page?.Version);
    expect(await ground.networks()).toEqual(['net_own', 'shop_back', 'wide']);
    // What was live in between was Skep's own doing.
    expect(inDatabase((db) => db.prepare("SELECT * FROM drift WHERE unit = 'net'").all())).toEqual(
      [],
    );
  },
);
