import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { Ground } from '../behaviours/ground.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { eventually } from '../harness/await.ts';
import { command, tryCommand } from '../harness/command.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

const lab = inject('lab');
const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url));
let swarm: TestSwarm;
let ground: Ground;
let data: string;

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

/** Only root may mount a disk. */
describe.skipIf(process.getuid?.() !== 0)('the disk under the history', () => {
  beforeAll(async () => {
    swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
    ground = new Ground(swarm);
  });

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'skep-disk-'));
  });

  afterEach(async () => {
    await tryCommand('umount', [data], { within: 5_000 });
    await rm(data, { recursive: true });
  });

  afterAll(async () => {
    await swarm?.dispose();
  });

  test('while it is full Skep goes on and says so; what it did then is on the record afterwards', async () => {
    await mount('size=2m');
    const files = { 'stacks/shop.yaml': shop('green') };
    await using skep = await RunningSkep.start(swarm.node('m1').host, files, { data });
    await skep.ready(['shop']);
    const check = () => skep.operator.status().checks.find(({ name }) => name === 'history');
    const runs = () => skep.operator.history.runs({}).items;

    await fill(join(data, 'filler'));
    for (const colour of ['red', 'blue']) {
      await skep.write('stacks/shop.yaml', shop(colour));
      await eventually(async () => (await colourNow()) === `COLOUR=${colour}`, {
        what: 'the change made all the same',
        within: 15_000,
      });
      await skep.ready(['shop']);
    }
    expect(check()).toMatchObject({ ok: false, message: expect.stringMatching(/full/) as string });
    expect((await fetch(`${skep.url}/readyz`)).status).toBe(503);
    const { JoinTokens } = await ground.swarm();
    await expect(skep.operator.rotate('worker', 'test')).rejects.toThrow(/recorded/);
    expect((await ground.swarm()).JoinTokens).toEqual(JoinTokens);

    await rm(join(data, 'filler'));
    await eventually(() => check()?.ok, { what: 'the history written', within: 15_000 });
    expect((await fetch(`${skep.url}/readyz`)).status).toBe(200);
    const before = runs();
    expect(before.map(({ result }) => result)).toEqual(['ready', 'ready', 'ready']);
    await skep.stop();
    await skep.boot();
    expect(runs()).toEqual(before);
    for (const { id } of before) {
      const changes = skep.operator.history.run(id)?.changes ?? [];
      expect(changes.map(({ result }) => result)).toContain('done');
    }
    await skep.operator.rotate('worker', 'test');
  });

  test('one that cannot be written from the start is refused, with the remedy', async () => {
    await mount('ro');
    const desired = join(tmpdir(), 'no-such-directory');
    const args = [bin, 'serve', '--data', data, '--desired', desired, '--listen', '127.0.0.1:0'];
    const { code, stderr } = await tryCommand(process.execPath, args, { within: 15_000 });
    expect(code).toBe(1);
    expect(stderr).toMatch(/skep\.db: .* may be written/);
  });
});

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
