import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Ground } from '../behaviours/ground.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { eventually } from '../harness/await.ts';
import { tryCommand } from '../harness/command.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

/** Managers whose state is encrypted: one that starts again waits for a key, and answers some questions all the same. */
const lab = inject('lab');
const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url));

const shop = (colour: string) => `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    environment: { COLOUR: ${colour} }
    deploy: { replicas: 0, endpoint_mode: dnsrr }
`;

describe.concurrent.each(['28', '20.10'] as const)('a manager of Engine %s', (engine) => {
  let swarm: TestSwarm;
  let ground: Ground;
  let proxy: RecordingProxy;
  let key: string;

  beforeAll(async () => {
    swarm = await bootSwarm(lab, { engine, managers: 1, workers: 0 });
    ground = new Ground(swarm);
    proxy = await RecordingProxy.start(swarm.node('m1').host);
    await swarm.docker(['swarm', 'update', '--autolock=true']);
    key = (await swarm.docker(['swarm', 'unlock-key', '-q'])).trim();
  });

  afterAll(async () => {
    await proxy?.close();
    await swarm?.dispose();
  });

  async function unlock(): Promise<void> {
    const answer = await fetch(`${swarm.node('m1').host.replace('tcp:', 'http:')}/swarm/unlock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ UnlockKey: key }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async function doctor({ desired, data }: RunningSkep['settings']) {
    const args = [bin, 'doctor', '--host', proxy.host, '--desired', desired, '--data', data];
    return await tryCommand(process.execPath, args, { within: 15_000 });
  }

  /** What must outlive the lock, and is not to be made a second time. */
  async function made() {
    const [web, network] = [await ground.service('shop_web'), await ground.network('shop_default')];
    return { service: web?.ID, network: network?.Id };
  }

  async function saysLocked(skep: RunningSkep): Promise<void> {
    await eventually(
      async () => {
        const { status } = await fetch(`${skep.url}/readyz`);
        const check = skep.operator.status().checks.find(({ name }) => name === 'engine');
        if (status !== 503) return false;
        return /locked.*docker swarm unlock/is.test(check?.message ?? '') || fail(check?.message);
      },
      { what: 'the lock and its remedy told', within: 30_000 },
    );
  }

  test('that is locked: Skep says so and writes nothing, and goes on once it is unlocked', async () => {
    const files = { 'stacks/shop.yaml': shop('green') };
    await using skep = await RunningSkep.start(proxy.host, files);
    await skep.ready(['shop']);
    const before = await made();
    await swarm.node('m1').kill();
    await swarm.node('m1').start();
    expect(await ground.networks(), 'the networks it tells of while locked').toEqual([]);

    proxy.requests.length = 0;
    await skep.write('stacks/shop.yaml', shop('blue'));
    await saysLocked(skep);
    await using late = await RunningSkep.start(proxy.host, { 'stacks/shop.yaml': shop('blue') });
    await saysLocked(late);
    await expect(skep.operator.reconcile({ by: 'test', wait: true })).resolves.toMatchObject({
      outcomes: { shop: { result: 'retry', message: expect.stringMatching(/unlock/) as string } },
    });
    await late.stop();
    const { code, stdout } = await doctor(skep.settings);
    expect(code).toBe(1);
    expect(stdout).toMatch(/manager: this node is locked[^✔✗]*docker swarm unlock/);
    expect(proxy.writes()).toEqual([]);

    await unlock();
    await eventually(
      async () => {
        const web = await ground.service('shop_web');
        return web?.Spec.TaskTemplate.ContainerSpec?.Env?.[0] === 'COLOUR=blue';
      },
      { what: 'the file carried out', within: 30_000 },
    );
    await skep.ready(['shop'], 15_000);
    expect((await fetch(`${skep.url}/readyz`)).status).toBe(200);
    expect(await made()).toEqual(before);
    const writes = proxy.writes().map(({ method, path }) => `${method} ${path.split('?')[0]}`);
    expect(writes).toEqual([`POST /services/${before.service}/update`]);
  });
});

function fail(message: string | undefined): never {
  throw new Error(message ?? 'nothing is said');
}
