import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Config, Network, Service } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { bootSwarm } from '../harness/swarm.ts';
import type { TestSwarm } from '../harness/swarm.ts';
import { RunningSkep } from './running-skep.ts';

const files = (stack: string) => ({
  [`stacks/${stack}.yaml`]: `
services: { web: { image: "busybox:1.36", networks: [mesh], configs: [motd] } }
networks: { mesh: { name: mesh, attachable: true } }
configs: { motd: { name: motd, content: hello } }
`,
});

let swarm: TestSwarm;
beforeAll(async () => {
  const images = ['busybox:1.36'];
  swarm = await bootSwarm(inject('lab'), { engine: '28', managers: 1, workers: 0, images });
});
afterAll(async () => {
  await swarm?.dispose();
});

test('a renamed stack keeps what keeps its name, and loses the rest when a person allows it', async () => {
  await using skep = await RunningSkep.start(swarm.node('m1').host, files('blog'));
  await skep.ready(['blog']);
  const before = await objects();
  for (const [path, text] of Object.entries(files('shop'))) await skep.write(path, text);
  await skep.remove('stacks/blog.yaml');
  await skep.ready(['shop']);
  await skep.operator.reconcile({ by: 'test', allow: { prune: true } });
  await eventually(async () => !(await objects()).services.includes('blog_web'), {
    what: 'the former service to go',
    within: 30_000,
  });
  await skep.ready(['shop']);
  const after = await objects();
  expect(after).toEqual({ ...before, services: ['shop_web'] });
  expect(skep.unit('blog')).toBeUndefined();
  await skep.remove('stacks/shop.yaml');
  await skep.write('cluster.yaml', 'cluster: { task_history_limit: 5 }');
  await skep.operator.reconcile({ by: 'test', allow: { prune: true } });
  await eventually(async () => (await objects()).networks.length === 0, {
    what: 'the network to go with its new owner',
    within: 60_000,
  });
});

async function objects() {
  const node = swarm.node('m1');
  const services = await node.docker<Service[]>('/services');
  const networks = await node.docker<Network[]>('/networks');
  const configs = await node.docker<Config[]>('/configs');
  return {
    services: services.map(({ Spec }) => Spec.Name),
    networks: networks.filter(({ Name }) => Name === 'mesh').map(({ Id }) => Id),
    configs: configs.map(({ ID, Spec }) => [Spec.Name, ID]),
  };
}
