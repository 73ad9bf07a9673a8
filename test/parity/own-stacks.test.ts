import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { connectEngine } from '../../src/swarm/connect-engine.ts';
import type { Engine } from '../../src/swarm/engine.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { compareDeployed } from '../unit/compare-deployed.ts';
import { applyStack } from './apply-stack.ts';
import { asDeployed, asUnit, readObjects, removeObjects } from './live-stack.ts';

/** A desired directory; `stacks` in it holds one file for each test. */
const directory = import.meta.dirname;
const stacks = readdirSync(join(directory, 'stacks'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''));

let swarm: TestSwarm;
let proxy: RecordingProxy;
let engine: Engine;

beforeAll(async () => {
  swarm = await bootSwarm(inject('lab'), { engine: '28', managers: 1, workers: 0 });
  await swarm.docker(['node', 'update', '--availability', 'drain', 'm1']);
  proxy = await RecordingProxy.start(swarm.node('m1').host);
  engine = await connectEngine({ host: proxy.host });
});

afterAll(async () => {
  engine?.close();
  await proxy?.close();
  await swarm?.dispose();
});

afterEach(async () => {
  await removeObjects(swarm.node('m1'));
});

test.each(stacks)('%s: Skep makes what docker stack deploy makes', async (stack) => {
  const node = swarm.node('m1');
  await makeGiven();
  const file = join(directory, 'stacks', `${stack}.yaml`);
  await swarm.docker(['stack', 'deploy', '--resolve-image', 'never', '-c', file, stack]);
  const docker = asDeployed(await readObjects(node), stack);
  expect(Object.keys(docker.services)).not.toEqual([]);
  await removeObjects(node);

  await makeGiven();
  const files = { directory, environment: {}, overlay: {} };
  await applyStack(engine, stack, files);
  const skep = asUnit(await readObjects(node), stack);
  expect(compareDeployed(skep, docker).differences).toEqual([]);

  proxy.requests.length = 0;
  await applyStack(engine, stack, files);
  expect(proxy.writes()).toEqual([]);
});

async function makeGiven(): Promise<void> {
  const Data = Buffer.from('given').toString('base64');
  await engine.createNetwork({ Name: 'given', Driver: 'overlay' });
  await engine.createConfig({ Name: 'given', Data });
  await engine.createSecret({ Name: 'given-secret', Data });
}
