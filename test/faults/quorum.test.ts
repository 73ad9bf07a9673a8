import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Ground } from '../behaviours/ground.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

/** Three managers, and a Skep at the first of them. */
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;
let skep: RunningSkep;

const shop = (colour: string) => `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    environment: { COLOUR: ${colour} }
    deploy: { replicas: 0, endpoint_mode: dnsrr }
`;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 3, workers: 0 });
  ground = new Ground(swarm);
  proxy = await RecordingProxy.start(swarm.node('m1').host);
  const settings = { engineTimeoutMs: 24_000 };
  skep = await RunningSkep.start(proxy.host, { 'stacks/shop.yaml': shop('green') }, settings);
  await skep.ready(['shop']);
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await proxy?.close();
  await swarm?.dispose();
});

/** What must outlive every fault, and when it last changed. */
async function made() {
  const [web, network] = [await ground.service('shop_web'), await ground.network('shop_default')];
  return { service: web?.ID, network: network?.Id };
}

async function notReady(why: RegExp): Promise<void> {
  await eventually(
    async () => {
      const { status } = await fetch(`${skep.url}/readyz`);
      const check = skep.operator.status().checks.find(({ name }) => name === 'engine');
      return status === 503 && why.test(check?.message ?? '');
    },
    { what: `not ready for ${why}`, within: 60_000 },
  );
}

/** The fault is over when this manager can be asked again; from then on the clock runs. */
async function catchesUp(colour: string): Promise<void> {
  await eventually(async () => (await ground.swarm()).ID, {
    what: 'the manager to answer',
    within: 90_000,
  });
  await eventually(
    async () => {
      const web = await ground.service('shop_web');
      return web?.Spec.TaskTemplate.ContainerSpec?.Env?.[0] === `COLOUR=${colour}`;
    },
    { what: 'the file carried out', within: 30_000 },
  );
  await skep.ready(['shop'], 15_000);
  expect((await fetch(`${skep.url}/readyz`)).status).toBe(200);
}

test('a quorum that is lost: nothing is written, and no half view believed', async () => {
  const before = await made();
  const others = [swarm.node('m2'), swarm.node('m3')];
  await Promise.all(others.map((node) => node.kill()));
  await skep.write('stacks/shop.yaml', shop('blue'));
  await notReady(/leader|deadline|Engine/i);
  await Promise.all(others.map((node) => node.start()));
  await catchesUp('blue');
  expect(await made()).toEqual(before);
  expect(proxy.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
});

test('a manager that is demoted says so, and goes on once it is one again', async () => {
  const before = await made();
  await swarm.docker(['node', 'demote', 'm1'], { node: 'm2' });
  await notReady(/not a swarm manager|control\.sock|no manager/i);
  await skep.write('stacks/shop.yaml', shop('red'));
  await swarm.docker(['node', 'promote', 'm1'], { node: 'm2' });
  await catchesUp('red');
  expect(await made()).toEqual(before);
  expect(proxy.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
});
