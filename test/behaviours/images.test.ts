import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { DaemonSettings } from '../../src/daemon-settings.ts';
import { eventually } from '../harness/await.ts';
import type { TestNode } from '../harness/node.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import {
  findRegistryProgram,
  logIn,
  pushImage,
  registry,
  startRegistry,
  user,
} from '../swarm/registry-server.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
const image = `${registry}/shop/web:1`;
const program = await findRegistryProgram();

const stack = (round: string) => ({
  'stacks/shop.yaml': `
services:
  web:
    image: ${image}
    command: [sleep, "3600"]
    environment: { ROUND: "${round}" }
    stop_grace_period: 1s
    deploy: { update_config: { monitor: 1s } }
`,
});

describe.skipIf(program === undefined)('images of a registry that asks for a password', () => {
  let swarm: TestSwarm;
  let ground: Ground;
  let proxy: RecordingProxy;
  let node: TestNode;
  let configFile = '';
  let stopRegistry: () => Promise<void>;
  let first = '';

  beforeAll(async () => {
    swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0, images: [image] });
    ground = new Ground(swarm);
    node = swarm.node('m1');
    proxy = await RecordingProxy.start(node.host);
    configFile = await logIn(user.password);
    stopRegistry = await startRegistry(node, program ?? '');
    await moveTag();
  });

  afterAll(async () => {
    await proxy?.close();
    await swarm?.dispose();
    for (const folder of [program, configFile && dirname(configFile)]) {
      if (folder) await rm(folder, { recursive: true });
    }
  });

  /** Pushes the image that the node has under the tag, and takes it from the node. */
  async function moveTag(): Promise<void> {
    await eventually(() => pushImage(node, image), {
      what: 'push of the image',
      within: 30_000,
      every: 500,
    });
    await node.client.getImage(image).remove();
  }

  /** Another image under the same tag, as a build makes it. */
  async function build(): Promise<void> {
    const container = await node.client.createContainer({ Image: lab.workload, Cmd: ['true'] });
    const [repo, tag] = [`${registry}/shop/web`, '1'];
    await container.commit({ repo, tag, changes: 'LABEL build=2' });
    await container.remove();
  }

  /** A Skep without a memory, that has looked at everything; its log; and what it sent to the Swarm. */
  async function look(
    resolveImage: DaemonSettings['resolveImage'],
    round = '1',
  ): Promise<{ log: string; writes: string[] }> {
    proxy.requests.length = 0;
    const log: string[] = [];
    const settings = { resolveImage, registryConfig: configFile };
    const parts = { log: pino({ level: 'debug' }, { write: (line) => void log.push(line) }) };
    await using skep = await RunningSkep.start(proxy.host, stack(round), settings, parts);
    await skep.ready(['shop']);
    for (let again = 0; again < 2; again += 1) {
      await skep.operator.reconcile({ by: 'test', wait: true });
    }
    return {
      log: log.join(''),
      writes: proxy.writes().map(({ path }) => path.split('?')[0] ?? ''),
    };
  }

  async function live(): Promise<string> {
    const service = await ground.service('shop_web');
    return service?.Spec.TaskTemplate.ContainerSpec?.Image ?? '';
  }

  test('are pinned to their digest, and pulled by nodes that do not have them', async () => {
    const { log, writes } = await look('changed');
    first = await live();
    expect(first).toMatch(new RegExp(`^${image}@sha256:[0-9a-f]{64}$`));
    expect(writes).toEqual(['/networks/create', '/services/create']);
    expect(log).not.toContain(user.password);
  });

  test('stay as they are when the tag moves, unless it is to be looked up always', async () => {
    await build();
    await moveTag();
    expect((await look('changed')).writes).toEqual([]);
    expect(await live()).toBe(first);

    expect((await look('always')).writes).toHaveLength(1);
    const second = await live();
    expect(second).toMatch(/@sha256:/);
    expect(second).not.toBe(first);
    expect((await look('always')).writes).toEqual([]);
    expect((await look('changed')).writes).toEqual([]);
    expect((await look('never')).writes).toEqual([]);
  });

  test('keep their digest when the registry is silent, also when something else changes', async () => {
    const before = await live();
    await stopRegistry();
    const { log, writes } = await look('always');
    expect(writes).toEqual([]);
    expect(log).toContain('an image keeps its tag');
    expect((await look('always', '2')).writes).toHaveLength(1);
    expect(await live()).toBe(before);
  });
});
