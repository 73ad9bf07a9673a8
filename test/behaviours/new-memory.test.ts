import { expect, inject, test } from 'vitest';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
const service = (more = {}) => ({
  image: lab.workload,
  command: ['sleep', '3600'],
  stop_grace_period: '1s',
  networks: ['back'],
  ...more,
});
const services = {
  web: service({ configs: ['page'] }),
  api: service(),
  old: service(),
  kept: service({ 'x-skep': { prune: false } }),
};
const shop = (without: string[]): Record<string, string> => ({
  'stacks/shop.yaml': JSON.stringify({
    services: Object.fromEntries(
      Object.entries(services).filter(([name]) => !without.includes(name)),
    ),
    configs: { page: { content: 'bees' } },
    networks: { back: {} },
  }),
});
const wiki = {
  'stacks/wiki.yaml': JSON.stringify({ services: { app: { ...service(), networks: [] } } }),
};

test('a Skep that begins with an empty memory removes what was dropped from a stack meanwhile, but not at its first look', async () => {
  await using swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  const ground = new Ground(swarm);
  const { host } = swarm.node('m1');
  await using first = await RunningSkep.start(host, { ...shop([]), ...wiki });
  await first.ready(['shop', 'wiki']);
  await first.stop();
  await swarm.docker(['service', 'create', '-d', '--name', 'byhand', lab.workload, 'sleep', '99']);

  await using proxy = await RecordingProxy.start(host);
  await using second = await RunningSkep.start(proxy.host, shop(['old', 'kept']));
  await second.ready(['shop']);
  await second.operator.reconcile({ by: 'test', wait: true });
  await second.ready(['shop']);
  const left = ['byhand', 'shop_api', 'shop_kept', 'shop_web', 'wiki_app'];
  expect(await ground.services()).toEqual(left);
  expect(proxy.writes().map(({ method }) => method)).toEqual(['DELETE']);
  const before = proxy.requests.slice(0, proxy.requests.indexOf(proxy.writes()[0]!));
  expect(before.filter(({ path }) => path === '/tasks').length).toBeGreaterThanOrEqual(2);
  expect(await ground.configs()).toHaveLength(1);
});
