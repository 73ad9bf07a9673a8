import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { Ground } from '../behaviours/ground.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

/** An Engine that nothing can be had from, in four ways, with nothing to do at that time: side by side, each with a stack of its own. */
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
});

afterAll(async () => {
  await swarm?.dispose();
});

const stack = (colour: string) => `
services:
  web:
    image: ${lab.workload}
    environment: { COLOUR: ${colour} }
    deploy: { replicas: 0, endpoint_mode: dnsrr }
`;

async function said(skep: RunningSkep): Promise<{ status: number; engine: string }> {
  const { status } = await fetch(`${skep.url}/readyz`);
  const check = skep.operator.status().checks.find(({ name }) => name === 'engine');
  return { status, engine: check?.message ?? '' };
}

describe.concurrent('while every call', () => {
  test.for([
    ['error', 'is answered 500'],
    ['cut', 'is cut'],
    ['hold', 'hangs on its way'],
    ['mute', 'is never answered'],
  ] as const)('%s: %s, Skep says so, and it catches up', async ([kind], { expect }) => {
    await using proxy = await RecordingProxy.start(swarm.node('m1').host);
    const file = `stacks/${kind}.yaml`;
    const settings = { engineTimeoutMs: 24_000 };
    await using skep = await RunningSkep.start(proxy.host, { [file]: stack('green') }, settings);
    await skep.ready([kind]);
    const made = await ground.service(`${kind}_web`);

    const lift = proxy.fault({ kind });
    await eventually(async () => (await said(skep)).status === 503, {
      what: 'the fault noticed although there is nothing to do',
      within: 20_000,
    });
    expect((await said(skep)).engine).toMatch(/Engine/);
    await skep.write(file, stack('blue'));

    lift();
    const web = await eventually(
      async () => {
        const live = await ground.service(`${kind}_web`);
        const [colour] = live?.Spec.TaskTemplate.ContainerSpec?.Env ?? [];
        return colour === 'COLOUR=blue' ? live : undefined;
      },
      { what: 'the file carried out', within: 30_000 },
    );
    await skep.ready([kind], 15_000);
    expect((await said(skep)).status).toBe(200);
    expect(web.ID).toBe(made?.ID);
    expect(proxy.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });
});
