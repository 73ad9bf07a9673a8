import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  onTestFinished,
  test,
} from 'vitest';
import type { Status } from '../../src/reconcile/operator.ts';
import { Ground } from '../behaviours/ground.ts';
import { MovedClock } from '../behaviours/moved-clock.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { eventually } from '../harness/await.ts';
import { command, tryCommand } from '../harness/command.ts';
import { freePort } from '../harness/free-port.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { startSkep } from '../harness/skep-process.ts';
import { slowSync } from '../harness/slow-sync.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

const lab = inject('lab');
const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url));
let swarm: TestSwarm;
let ground: Ground;
let data: string;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
});

afterEach(async () => {
  await ground.clear();
});

afterAll(async () => {
  await swarm?.dispose();
});

const shop = (colour: string) => `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    environment: { COLOUR: ${colour} }
    deploy: { replicas: 0, endpoint_mode: dnsrr }
`;

async function mount(...options: string[]): Promise<void> {
  await command('mount', ['-t', 'tmpfs', '-o', options.join(','), 'skep-test', data], {
    within: 5_000,
  });
}

async function remount(how: 'ro' | 'rw'): Promise<void> {
  await command('mount', ['-o', `remount,${how}`, data], { within: 5_000 });
}

/** Only root may mount a disk. */
describe.skipIf(process.getuid?.() !== 0)('the disk under the history', () => {
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'skep-disk-'));
  });

  afterEach(async () => {
    await tryCommand('umount', [data], { within: 5_000 });
    await rm(data, { recursive: true });
  });

  test('while it is full Skep goes on and says so; what it did then is on the record afterwards', async () => {
    await mount('size=2m');
    const files = { 'stacks/shop.yaml': shop('green') };
    await using skep = await RunningSkep.start(swarm.node('m1').host, files, { data });
    await skep.ready(['shop']);

    await fill(join(data, 'filler'));
    for (const colour of ['red', 'blue']) {
      await skep.write('stacks/shop.yaml', shop(colour));
      await eventually(async () => (await colourNow()) === `COLOUR=${colour}`, {
        what: 'the change made all the same',
        within: 15_000,
      });
      await skep.ready(['shop']);
    }
    expect(await said(skep)).toMatchObject({ ready: 503, live: 200, history: told(/full/) });
    const { JoinTokens } = await ground.swarm();
    await expect(skep.operator.rotate('worker', 'test')).rejects.toThrow(/recorded/);
    expect((await ground.swarm()).JoinTokens).toEqual(JoinTokens);

    await rm(join(data, 'filler'));
    await wellAgain(skep);
    const before = runs(skep);
    expect(before.map(({ result }) => result)).toEqual(['ready', 'ready', 'ready']);
    await skep.stop();
    await skep.boot();
    expect(runs(skep)).toEqual(before);
    for (const { id } of before) {
      const changes = skep.operator.history.run(id)?.changes ?? [];
      expect(changes.map(({ result }) => result)).toContain('done');
    }
    await skep.operator.rotate('worker', 'test');
  });

  test('full from the start: Skep knows what it knew, goes on, and has it all on the record later', async () => {
    await mount('size=2m');
    const files = { 'stacks/shop.yaml': shop('green') };
    await using skep = await RunningSkep.start(swarm.node('m1').host, files, { data });
    await skep.ready(['shop']);
    await skep.stop();
    await fill(join(data, 'filler'));
    await skep.write('stacks/shop.yaml', shop('red'));
    await skep.boot();
    await skep.ready(['shop']);
    expect(await colourNow()).toBe('COLOUR=red');
    expect(await said(skep)).toMatchObject({
      ready: 503,
      live: 200,
      history: told(/disk is full/),
    });
    await expect(skep.operator.rotate('worker', 'test')).rejects.toThrow(/recorded/);

    await rm(join(data, 'filler'));
    await wellAgain(skep);
    await skep.stop();
    await skep.boot();
    expect(runs(skep)).toHaveLength(2);
  });

  test('read-only from the start: what was known still counts, also what is to be removed', async () => {
    await mount('size=8m');
    const files = { 'stacks/shop.yaml': shop('green'), 'stacks/wiki.yaml': shop('green') };
    await using skep = await RunningSkep.start(swarm.node('m1').host, files, { data });
    await skep.ready(['shop', 'wiki']);
    await skep.stop();
    await remount('ro');
    await skep.remove('stacks/wiki.yaml');
    await skep.boot();
    await skep.ready(['shop']);
    await pruneAll(skep);
    await eventually(async () => (await ground.services()).length === 1, {
      what: 'the stack that no file names any more removed',
      within: 15_000,
    });
    expect(await said(skep)).toMatchObject({
      ready: 503,
      live: 200,
      history: told(/written|write/),
    });

    await remount('rw');
    await wellAgain(skep);
    expect(runs(skep).map(({ unit }) => unit)).toContain('wiki');
  });

  test('read-only and empty: nothing is known, so nothing is removed that no file names', async () => {
    const files = { 'stacks/shop.yaml': shop('green'), 'stacks/wiki.yaml': shop('green') };
    await using first = await RunningSkep.start(swarm.node('m1').host, files);
    await first.ready(['shop', 'wiki']);
    await first.stop();
    await mount('ro');
    const host = swarm.node('m1').host;
    await using skep = await RunningSkep.start(host, { 'stacks/shop.yaml': shop('red') }, { data });
    await skep.ready(['shop']);
    await pruneAll(skep);
    expect(await colourNow()).toBe('COLOUR=red');
    expect(await ground.services()).toEqual(['shop_web', 'wiki_web']);
    expect(await said(skep)).toMatchObject({
      ready: 503,
      live: 200,
      history: told(/kept in memory/),
    });
    await expect(skep.operator.rotate('worker', 'test')).rejects.toThrow(/recorded/);
    expect(await doctor(skep)).toMatch(/data: .*(EROFS|read-only)/);
  });

  test('that has damaged the database: it is set aside, nothing is removed for it, and it is told until somebody has looked', async () => {
    const files = { 'stacks/shop.yaml': shop('green'), 'stacks/wiki.yaml': shop('green') };
    await using skep = await RunningSkep.start(swarm.node('m1').host, files, { data });
    await skep.ready(['shop', 'wiki']);
    await skep.stop();
    await writeFile(join(data, 'skep.db'), 'not what it was'.repeat(10_000));
    await skep.remove('stacks/wiki.yaml');
    await skep.write('stacks/shop.yaml', shop('red'));
    await skep.boot();
    await skep.ready(['shop']);
    await pruneAll(skep);
    expect(await colourNow()).toBe('COLOUR=red');
    expect(await ground.services()).toEqual(['shop_web', 'wiki_web']);
    const aside = (await readdir(data)).find((name) => name.startsWith('skep.db.damaged-'))!;
    expect(await said(skep)).toMatchObject({ ready: 503, live: 200, history: told(aside) });
    expect(await doctor(skep)).toMatch(`history: ${join(data, aside)}`);

    await rename(join(data, aside), join(data, 'looked-at'));
    await wellAgain(skep);
    expect(await doctor(skep)).toMatch(/history: .* is whole/);
    expect(await readFile(join(data, 'looked-at'), 'utf8')).toMatch(/^not what it was/);
  });

  test('that damages the database under a running Skep, in the middle of a run: it goes on, with a new one', async () => {
    await using proxy = await RecordingProxy.start(swarm.node('m1').host);
    await using skep = await RunningSkep.start(
      proxy.host,
      { 'stacks/shop.yaml': shop('green') },
      { data },
    );
    await skep.ready(['shop']);
    const lift = proxy.fault({ method: 'POST', path: /\/update/, kind: 'error' });
    await skep.write('stacks/shop.yaml', shop('red'));
    await eventually(() => runs(skep)[0]?.result === 'running' && skep.unit('shop')?.attempts, {
      what: 'a run that goes on',
      within: 10_000,
    });
    await damage(join(data, 'skep.db'));
    lift();
    await eventually(async () => (await colourNow()) === 'COLOUR=red', {
      what: 'the change made all the same',
      within: 15_000,
    });
    await skep.ready(['shop']);
    expect(await said(skep)).toMatchObject({
      ready: 503,
      live: 200,
      history: told(/damaged-.*runs/),
    });
    expect(runs(skep).map(({ result }) => result)).toEqual(['ready']);
    await skep.operator.rotate('worker', 'test');
  });
});

test('the history is kept within its bounds, by number and by age, while Skep runs', async () => {
  const clock = new MovedClock();
  const bounds = { historyRuns: 1, historyAgeMs: 7_200_000 };
  const { host } = swarm.node('m1');
  await using skep = await RunningSkep.start(host, {}, bounds, { clock });
  for (const colour of ['green', 'red']) {
    await skep.write('stacks/shop.yaml', shop(colour));
    await eventually(async () => (await colourNow()) === `COLOUR=${colour}`, {
      what: `all ${colour}`,
      within: 15_000,
    });
    await skep.ready(['shop']);
  }
  expect(runs(skep)).toHaveLength(2);
  for (const left of [1, 0]) {
    // It is looked after each hour, or up to a tenth of one later.
    clock.moveTo(clock.now() + 3_961_000);
    await eventually(() => runs(skep).length === left, { what: `${left} left`, within: 10_000 });
  }
});

test('a disk that takes half a second for each sync: all is made, Skep answers meanwhile, and it is all on the record', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'skep-slow-disk-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const settings = await slowSync(folder, 500);
  if (settings === undefined) {
    context.skip('no C compiler (cc) to slow syncs down with');
    return;
  }
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  const file = join(folder, 'desired', 'stacks', 'shop.yaml');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, large('green'));
  const skep = await startSkep({
    host: proxy.host,
    desired: join(folder, 'desired'),
    data: join(folder, 'data'),
    listen: `127.0.0.1:${await freePort()}`,
    log: join(folder, 'log'),
    settings,
  });
  const answers = timeAnswers(`${skep.url}/livez`);
  for (const colour of ['green', 'red']) {
    await writeFile(file, large(colour));
    await eventually(
      async () => {
        const { units } = await skep.get<Status>('/api/v1/status');
        const made = (await ground.service('shop_web1'))?.Spec.TaskTemplate.ContainerSpec?.Env;
        return made?.[0] === `COLOUR=${colour}` && units[0]?.outcome?.result === 'ready';
      },
      { what: `all ${colour}`, within: 60_000 },
    );
  }
  const slowest = await answers.slowest();
  expect(await skep.stop()).toBe(0);
  const syncs = (await stat(join(folder, 'syncs'))).size;
  // A new database takes ten.
  expect(syncs).toBeGreaterThanOrEqual(15);
  expect(slowest).toBeLessThan(4_000);
  const db = new Sqlite(join(folder, 'data', 'skep.db'));
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  const changes = db.prepare(`SELECT count(*) FROM changes WHERE result = 'done'`).pluck().get();
  expect(changes).toBe(proxy.writes().length);
  db.close();
});

/** Many services, so that there is much to record. */
function large(colour: string): string {
  const service = { image: lab.workload, environment: { COLOUR: colour }, deploy: { replicas: 0 } };
  const names = Array.from({ length: 80 }, (_, index) => `web${index}`);
  return JSON.stringify({ services: Object.fromEntries(names.map((name) => [name, service])) });
}

/** Asks again and again, as a supervisor does. */
function timeAnswers(url: string) {
  let slowest = 0;
  let ended = false;
  const asking = (async () => {
    while (!ended) {
      const started = performance.now();
      expect((await fetch(url)).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - started);
      await pause(50);
    }
  })();
  return {
    /** Of all answers until now, in ms. */
    async slowest() {
      ended = true;
      await asking;
      return slowest;
    },
  };
}

/** Overwrites nearly all of a database, and makes who has it open look at the file again. */
async function damage(file: string): Promise<void> {
  const db = new Sqlite(file);
  db.exec('UPDATE schema_migrations SET applied_at = applied_at + 1');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(4096 * 12, 0xa5), 0, 4096 * 12, 4096);
  await handle.close();
}

/** What a supervisor and a person are told. */
async function said(skep: RunningSkep) {
  const [ready, live] = await Promise.all(
    ['readyz', 'livez'].map(async (probe) => (await fetch(`${skep.url}/${probe}`)).status),
  );
  const text = await (await fetch(`${skep.url}/readyz?verbose`)).text();
  expect(text).toContain('[-]history failed');
  return { ready, live, history: skep.operator.status().checks.find(isHistory)?.message };
}

function told(what: string | RegExp): string {
  return expect.stringMatching(what) as string;
}

function isHistory({ name }: { name: string }): boolean {
  return name === 'history';
}

async function wellAgain(skep: RunningSkep): Promise<void> {
  await eventually(() => skep.operator.status().checks.find(isHistory)?.ok, {
    what: 'the history written',
    within: 15_000,
  });
  expect((await fetch(`${skep.url}/readyz`)).status).toBe(200);
}

/** Removes whatever Skep thinks it may, however much that is. */
async function pruneAll(skep: RunningSkep): Promise<void> {
  await skep.operator.reconcile({ by: 'test', wait: true, allow: { prune: true } });
}

function runs(skep: RunningSkep) {
  return skep.operator.history.runs({}).items;
}

async function doctor({ settings: { host, desired } }: RunningSkep): Promise<string> {
  const args = [bin, 'doctor', '--host', host, '--desired', desired, '--data', data];
  return (await tryCommand(process.execPath, args, { within: 15_000 })).stdout;
}

async function colourNow(): Promise<string | undefined> {
  const web = await ground.service('shop_web');
  return web?.Spec.TaskTemplate.ContainerSpec?.Env?.[0];
}

/** Writes until there is no room left. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (;;) await handle.write(Buffer.alloc(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    await handle.close();
  }
}
