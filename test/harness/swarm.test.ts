import { expect, inject, test, vi } from 'vitest';
import { connect } from './engine/ping.ts';
import { eventually } from './await.ts';
import { GENERATIONS } from './images/generations.ts';
import { bootSwarm } from './swarm.ts';
import type { TestSwarm } from './swarm.ts';

const lab = inject('lab');

for (const engine of GENERATIONS) {
  const image = lab.nodeImages[engine];
  const missing = image === undefined || 'missing' in image;

  test.skipIf(missing)(
    `Engine ${engine}: a service runs on every node, and nothing is left`,
    async () => {
      await using swarm = await bootSwarm(lab, {
        engine,
        managers: 1,
        workers: 2,
        images: ['redis:7'],
      });
      const { Version } = await swarm.node('w1').docker<{ Version: string }>('/version');
      expect(Version).toMatch(new RegExp(`^${engine.replace('.', '\\.')}\\.`));

      await createGlobalService(swarm, 'redis:7');
      await eventually(async () => (await runningOn(swarm)).join() === 'm1,w1,w2', {
        what: 'a running task on every node',
        within: 60_000,
      });

      const traces = await tracesOf(swarm);
      expect(await traces()).toHaveLength(3 + 3 + 1);
      await swarm.dispose();
      expect(await traces()).toEqual([]);
    },
  );
}

test('a killed node comes back with what it knew, a paused one is removed', async () => {
  await using swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 1 });
  const [manager, worker] = [swarm.node('m1'), swarm.node('w1')];

  await manager.kill();
  expect((await manager.container.inspect()).State.Running).toBe(false);
  await manager.start();
  await eventually(async () => (await hostnames(swarm)).join() === 'm1,w1', {
    what: 'the nodes it had before',
    within: 60_000,
  });

  const joined = await swarm.joinNode('worker');
  expect(joined.name).toBe('w2');
  expect(await swarm.docker(['node', 'ls', '--format', '{{.Hostname}}'])).toContain('w2');

  await worker.pause();
});

test('swarms of the same moment have networks of their own', async () => {
  const one = { engine: '28', managers: 1, workers: 0 } as const;
  const swarms = await Promise.all([bootSwarm(lab, one), bootSwarm(lab, one)]);
  await using first = swarms[0];
  await using second = swarms[1];
  expect(first.node('m1').address).not.toBe(second.node('m1').address);
  expect(await hostnames(first)).toEqual(['m1']);
  expect(await hostnames(second)).toEqual(['m1']);
});

test('the docker CLI runs inside the node where the machine has none', async () => {
  await using swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  vi.stubEnv('PATH', '/nonexistent');
  try {
    expect(await swarm.docker(['node', 'ls', '--format', '{{.Hostname}}'])).toBe('m1\n');
    await expect(swarm.docker(['service', 'inspect', 'none'])).rejects.toThrow(
      'no such service: none',
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

async function createGlobalService(swarm: TestSwarm, image: string): Promise<void> {
  await swarm.docker([
    'service',
    'create',
    '--detach',
    '--mode=global',
    '--no-resolve-image',
    '--name=sleeper',
    image,
    'sleep',
    '1d',
  ]);
}

async function runningOn(swarm: TestSwarm): Promise<string[]> {
  const tasks = await swarm
    .node('m1')
    .docker<{ NodeID: string; Status: { State: string } }[]>('/tasks');
  const names = await namesById(swarm);
  return tasks
    .filter((task) => task.Status.State === 'running')
    .map((task) => names.get(task.NodeID) ?? '')
    .sort();
}

async function hostnames(swarm: TestSwarm): Promise<string[]> {
  return [...(await namesById(swarm)).values()].sort();
}

async function namesById(swarm: TestSwarm): Promise<Map<string, string>> {
  const nodes = await swarm
    .node('m1')
    .docker<{ ID: string; Description: { Hostname: string } }[]>('/nodes');
  return new Map(nodes.map((node) => [node.ID, node.Description.Hostname]));
}

/** Tells, now and later, what there is of a swarm on the outer Engine: its containers, their volumes, its network. */
async function tracesOf(swarm: TestSwarm): Promise<() => Promise<string[]>> {
  const docker = connect(lab.host);
  const containers = await Promise.all(swarm.nodes.map(({ container }) => container.inspect()));
  const own = containers.flatMap(({ Id, Mounts, NetworkSettings }) => [
    Id,
    ...Mounts.map(({ Name }) => Name),
    ...Object.keys(NetworkSettings.Networks),
  ]);
  return async () => {
    const all = await docker.listContainers({ all: true });
    const networks = await docker.listNetworks();
    const volumes = await docker.listVolumes();
    const there = [
      ...all.map(({ Id }) => Id),
      ...networks.map(({ Name }) => Name),
      ...volumes.Volumes.map(({ Name }) => Name),
    ];
    return there.filter((name) => own.includes(name));
  };
}
