import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { eventually } from '../harness/await.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

const lab = inject('lab');
/** Where Linux keeps files in memory. */
const memory = '/dev/shm';
let swarm: TestSwarm;
let ground: Ground;
let skep: RunningSkep;
let folder: string;
let receiver: WebhookReceiver;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
  receiver = await WebhookReceiver.start();
});

beforeEach(async () => {
  // Not where a machine keeps in memory what is temporary: a key there is none after a restart.
  folder = await mkdtemp('/var/tmp/skep-autolock-');
  await writeFile(join(folder, 'hook'), receiver.secret);
});

afterEach(async () => {
  await skep?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

afterAll(async () => {
  await receiver?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

const locked = (...targets: string[]) => ({
  'cluster.yaml': `cluster: { autolock: true, unlock_key: { deliver: [${targets.join(', ')}] } }`,
});
const hook = () => `{ webhook: "${receiver.url}", secret_file: ${join(folder, 'hook')} }`;
const isLocked = async () => (await ground.swarm()).Spec.EncryptionConfig?.AutoLockManagers;
const unlockKey = async () => (await swarm.docker(['swarm', 'unlock-key', '-q'])).trim();

async function start(files: Record<string, string>): Promise<void> {
  skep = await RunningSkep.start(swarm.node('m1').host, files, { resyncMs: 1_000 });
}

/** What holds the lock back, once Skep says so. */
async function held(reason: string): Promise<void> {
  const condition = await eventually(
    () => {
      const { conditions = [] } = skep.unit('cluster') ?? {};
      const found = conditions.find(({ type }) => type === 'UnlockKeyUndeliverable');
      return found?.message.includes(reason) === true ? found : undefined;
    },
    { what: `autolock held back: ${reason}`, within: 15_000 },
  );
  expect(condition.message).toContain('Autolock is not turned on');
  expect(await isLocked()).toBe(false);
}

test('autolock stays off as long as the key could not be handed over', async () => {
  receiver.answers.push(...Array.from({ length: 20 }, () => ({ status: 500 })));
  await writeFile(join(folder, 'no-folder'), '');
  await start(locked(`{ file: ${join(folder, 'no-folder', 'key')} }`, hook()));
  await held('no-folder');
  if (existsSync(memory)) {
    const forgetful = await mkdtemp(join(memory, 'skep-autolock-'));
    await skep.write('cluster.yaml', locked(`{ file: ${join(forgetful, 'key')} }`)['cluster.yaml']);
    await held('in memory');
    await rm(forgetful, { recursive: true });
  }
  await skep.write('cluster.yaml', locked(hook())['cluster.yaml']);
  await held('answered 500');
  expect(receiver.received.map(({ body }) => body.type)).toEqual(
    receiver.received.map(() => 'unlock_key.test'),
  );
});

test('a manager that was restarted is unlocked with the key that Skep delivered', async () => {
  const file = join(folder, 'unlock.key');
  receiver.answers.length = receiver.received.length = 0;
  await start(locked(`{ file: ${file} }`, hook()));
  await skep.ready(['cluster']);
  expect(await isLocked()).toBe(true);
  const delivered = async () => {
    const key = await unlockKey();
    await eventually(async () => (await readFile(file, 'utf8')) === `${key}\n`, {
      what: 'the key in the file',
      within: 10_000,
    });
    await eventually(() => receiver.received.at(-1)?.body.data['unlock_key'] === key, {
      what: 'the key at the webhook',
      within: 10_000,
    });
    return key;
  };
  const first = await delivered();
  expect(receiver.received.map(({ body, signed }) => [body.type, signed])).toEqual([
    ['unlock_key.test', true],
    ['unlock_key.rotated', true],
  ]);
  await swarm.docker(['swarm', 'unlock-key', '--rotate', '-q']);
  expect(await delivered()).not.toBe(first);

  const told = JSON.stringify([skep.news, skep.operator.status(), await skep.operator.plan({})]);
  for (const key of [first, await unlockKey()]) expect(told).not.toContain(key.slice(9));
  await skep.stop();
  const manager = swarm.node('m1');
  await manager.kill();
  await manager.start();
  await expect(ground.swarm()).rejects.toThrow(/locked/);
  const answer = await fetch(`${manager.host.replace('tcp:', 'http:')}/swarm/unlock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ UnlockKey: (await readFile(file, 'utf8')).trim() }),
  });
  expect(answer.status).toBe(200);
  await eventually(isLocked, { what: 'the manager at work again', within: 30_000 });
});

test('a key that cannot be delivered is no quiet matter', async () => {
  const file = join(folder, 'unlock.key');
  await start(locked(`{ file: ${file} }`));
  await skep.ready(['cluster']);
  const bad = locked(`{ file: ${join(file, 'key')} }`)['cluster.yaml'];
  await skep.write('cluster.yaml', bad);
  const condition = await eventually(
    () => skep.unit('cluster')?.conditions.find(({ type }) => type === 'UnlockKeyNotDelivered'),
    { what: 'a condition', within: 15_000 },
  );
  expect(condition.message).toContain('docker swarm unlock-key');
  await skep.write('cluster.yaml', bad.replace('autolock: true', 'autolock: false'));
  await eventually(async () => (await isLocked()) === false, { what: 'no lock', within: 10_000 });
  await eventually(() => skep.unit('cluster')?.conditions.length === 0, {
    what: 'no more trouble with a key that is not there',
    within: 10_000,
  });
});
