import { expect, inject, test } from 'vitest';
import type { Service } from '../../src/swarm/types.ts';
import { bootSwarm } from '../harness/swarm.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
const shop = (colour: string) => `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    environment: { COLOUR: ${colour} }
    deploy: { replicas: 2 }
`;

test('a leader that dies holds a change up, and no longer than the Swarm needs', async () => {
  await using swarm = await bootSwarm(lab, { engine: '28', managers: 3, workers: 0 });
  const follower = swarm.node('m2');
  await using skep = await RunningSkep.start(follower.host, { 'stacks/shop.yaml': shop('red') });
  await skep.ready(['shop']);

  await swarm.node('m1').kill();
  await skep.write('stacks/shop.yaml', shop('green'));
  const colour = async () => {
    const [web] = await follower.docker<Service[]>('/services').catch(() => []);
    return web?.Spec.TaskTemplate.ContainerSpec?.Env;
  };
  await expect.poll(colour, { timeout: 60_000, interval: 500 }).toEqual(['COLOUR=green']);
  await skep.ready(['shop']);
  const runs = skep.operator.history.runs({ unit: 'shop' }).items as { result: string }[];
  expect(runs.map(({ result }) => result)).toEqual(['ready', 'ready']);
});
