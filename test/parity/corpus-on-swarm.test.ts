import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { connectEngine } from '../../src/swarm/connect-engine.ts';
import type { Engine } from '../../src/swarm/engine.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { compareDeployed } from '../unit/compare-deployed.ts';
import {
  corpusIsThere,
  type Deployed,
  filesOf,
  listDeployed,
  makeDesiredDirectory,
  meantRefusals,
  relocate,
} from '../unit/corpus.fixture.ts';
import { applyStack } from './apply-stack.ts';
import { asUnit, readObjects, removeObjects } from './live-stack.ts';

if (!corpusIsThere) {
  console.warn('The corpus of stack files is not there: what Skep makes of them is NOT compared.');
}

/** Networks that Swarm never gives addresses to, which `docker stack deploy` does not notice: Skep waits, and says so. */
const neverAllocated = ['docker__cli--cli--compose--loader--full-example-derived'];
const meant = [...Object.keys(meantRefusals), ...neverAllocated];

const lab = inject('lab');
const stack = 'st';

describe.skipIf(!corpusIsThere)('the corpus of real stack files on a Swarm', () => {
  let swarm: TestSwarm;
  let proxy: RecordingProxy;
  let engine: Engine;
  let directory = '';

  beforeAll(async () => {
    directory = makeDesiredDirectory();
    swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
    await swarm.docker(['node', 'update', '--availability', 'drain', 'm1']);
    proxy = await RecordingProxy.start(swarm.node('m1').host);
    engine = await connectEngine({ host: proxy.host });
  });

  afterAll(async () => {
    engine?.close();
    await proxy?.close();
    await swarm?.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  test(
    'Skep makes what docker stack deploy made, and a second time nothing',
    { timeout: 900_000 },
    async () => {
      const counts = { equal: 0, meant: 0, differing: 0, rejected: 0 };
      const wrong: string[] = [];
      const rejected: string[] = [];
      for (const deployed of listDeployed('golden')) {
        const { verdict, notes } = await judge(deployed);
        counts[verdict] += 1;
        if (verdict === 'rejected') rejected.push(deployed.slug);
        if (notes.length > 0) wrong.push(deployed.slug, ...notes);
        await removeObjects(swarm.node('m1'));
      }
      const sums = Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`);
      console.log(`on a Swarm: ${sums.join(', ')}`);
      expect(wrong).toEqual([]);
      expect(rejected.toSorted()).toEqual(meant.toSorted());
    },
  );

  async function judge(
    deployed: Deployed,
  ): Promise<{ verdict: 'equal' | 'meant' | 'differing' | 'rejected'; notes: string[] }> {
    const node = swarm.node('m1');
    await makeGiven(deployed);
    const files = filesOf(directory, deployed);
    const outcome = await applyStack(engine, stack, files);
    if (outcome?.result === 'stalled' || outcome?.result === 'retry') {
      const known = meant.includes(deployed.slug);
      return { verdict: 'rejected', notes: known ? [] : [`  ${JSON.stringify(outcome)}`] };
    }
    const made = asUnit(await readObjects(node), stack);
    const { differences, meant: reasons } = compareDeployed(relocate(made, directory), {
      ...deployed,
      networks: withoutDrivers(deployed.networks),
    });
    const notes = differences.map(
      ({ path, skep, docker }) =>
        `  ${path}: Skep ${JSON.stringify(skep)}, docker ${JSON.stringify(docker)}`,
    );
    proxy.requests.length = 0;
    await applyStack(engine, stack, files);
    notes.push(...proxy.writes().map(({ method, path }) => `  again: ${method} ${path}`));
    if (notes.length > 0) return { verdict: 'differing', notes };
    return { verdict: reasons.length > 0 ? 'meant' : 'equal', notes };
  }

  /** What the files take as given. */
  async function makeGiven({ precreated }: Deployed): Promise<void> {
    const Data = Buffer.from('given').toString('base64');
    for (const Name of precreated.networks) await engine.createNetwork({ Name, Driver: 'overlay' });
    for (const Name of precreated.configs) await engine.createConfig({ Name, Data });
    for (const Name of precreated.secrets) await engine.createSecret({ Name, Data });
  }
});

/** What a Swarm fills in of how addresses are managed. */
function withoutDrivers(networks: Deployed['networks']): Deployed['networks'] {
  return Object.fromEntries(
    Object.entries(networks).map(([name, { CreateRequest }]) => {
      const IPAM = { Config: CreateRequest.IPAM?.Config ?? [] };
      return [name, { CreateRequest: { ...CreateRequest, IPAM } }];
    }),
  );
}
