import type { NodeSpec, ServiceSpec, Swarm, SwarmNode } from '../../src/swarm/types.ts';
import { dockerCli } from '../harness/cli.ts';
import type { Arena } from './arena.ts';
import { Live } from './live.ts';
import { anyService, anyStack } from './step.ts';
import type { Change, Scene } from './step.ts';

/** Time for a call by hand: an Engine that has lost its leader answers after 20 s. */
const patience = 25_000;

async function post(arena: Arena, path: string, body: object): Promise<void> {
  const url = `${arena.hand.host.replace('tcp:', 'http:')}${path}`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Sends a service back with something changed; it is an error when it is not there. */
async function updateService(
  arena: Arena,
  name: string,
  change: (spec: ServiceSpec) => void,
): Promise<void> {
  const { services } = await Live.read(arena.hand);
  const service = services.get(name);
  if (service === undefined) throw new Error('it is not there');
  const spec = structuredClone(service.Spec);
  change(spec);
  await post(arena, `/services/${service.ID}/update?version=${service.Version.Index}`, spec);
}

function ofService(
  name: string,
  change: (spec: ServiceSpec, scene: Scene) => string,
  restarts: boolean,
): Change {
  return {
    name,
    async make(scene) {
      const { name: service } = anyService(scene);
      // Whether or not Swarm takes it, and whether or not that is heard.
      if (restarts) scene.ledger.mayRestart(service);
      else scene.ledger.mayWrite(`service ${service}`);
      let did = '';
      await updateService(scene.arena, service, (spec) => {
        did = change(spec, scene);
      });
      return `${service}: ${did}`;
    },
  };
}

const label = ofService(
  'a label by hand',
  (spec) => {
    spec.Labels = { ...spec.Labels, tier: 'by-hand', more: 'by-hand' };
    return 'tier by hand';
  },
  false,
);

const environment = ofService(
  'an environment by hand',
  (spec) => {
    spec.TaskTemplate.ContainerSpec?.Env?.push('BY_HAND=1');
    return 'a variable by hand';
  },
  true,
);

const replicas = ofService(
  'replicas by hand',
  (spec) => {
    const now = spec.Mode?.Replicated?.Replicas ?? 1;
    const next = now === 0 ? 2 : now - 1;
    spec.Mode = { Replicated: { Replicas: next } };
    return `${next} replicas by hand`;
  },
  true,
);

const restart = ofService(
  'a restart by hand',
  (spec) => {
    spec.TaskTemplate.ForceUpdate = (spec.TaskTemplate.ForceUpdate ?? 0) + 1;
    return 'restarted by hand';
  },
  true,
);

const removeService: Change = {
  name: 'a service removed by hand',
  async make(scene) {
    const { name } = anyService(scene);
    scene.ledger.mayRestart(name);
    await dockerCli(scene.arena.hand, ['service', 'rm', name]);
    return `${name}: removed by hand`;
  },
};

const removeStack: Change = {
  name: 'a stack removed by hand',
  async make(scene) {
    const { name, stack } = anyStack(scene);
    for (const key of stack.services.keys()) scene.ledger.mayRestart(`${name}_${key}`);
    // A network may still be in use for a moment; then it stays.
    await dockerCli(scene.arena.hand, ['stack', 'rm', name]);
    return `${name}: removed by hand`;
  },
};

function ofNode(name: string, change: (spec: NodeSpec) => void): Change {
  return {
    name,
    async make({ arena, ledger, random }) {
      const host = random.pick([...arena.wish.zones.keys()]);
      ledger.mayWrite(`node ${host}`);
      const nodes = await arena.hand.docker<SwarmNode[]>('/nodes');
      const node = nodes.find(({ Description }) => Description.Hostname === host);
      if (node === undefined) throw new Error('it is not there');
      const spec = structuredClone(node.Spec);
      change(spec);
      await post(arena, `/nodes/${node.ID}/update?version=${node.Version.Index}`, spec);
      return `${host}: ${name}`;
    },
  };
}

const nodeLabel = ofNode('a label of a node by hand', (spec) => {
  spec.Labels = { ...spec.Labels, zone: 'by-hand' };
});

const nodePaused = ofNode('a node paused by hand', (spec) => {
  spec.Availability = 'pause';
});

const settings: Change = {
  name: "the Swarm's settings by hand",
  async make({ arena, ledger }) {
    ledger.mayWrite('swarm');
    const { Spec, Version } = await arena.hand.docker<Swarm>('/swarm');
    const spec = { ...Spec, Orchestration: { TaskHistoryRetentionLimit: 9 } };
    await post(arena, `/swarm/update?version=${Version.Index}`, spec);
    return 'task history 9 by hand';
  },
};

const token: Change = {
  name: 'a token rotated by hand',
  async make({ arena, random }) {
    const role = random.pick(['Worker', 'Manager']);
    const { Spec, Version } = await arena.hand.docker<Swarm>('/swarm');
    await post(arena, `/swarm/update?version=${Version.Index}&rotate${role}Token=true`, Spec);
    return `${role} token rotated by hand`;
  },
};

const tokenOverHttp: Change = {
  name: 'a token rotated through Skep',
  async make({ arena, ledger, random }) {
    const role = random.pick(['worker', 'manager']);
    ledger.mayWrite('swarm');
    const url = `${arena.skep.url}/api/v1/tokens/${role}/rotate`;
    const signal = AbortSignal.timeout(patience);
    const { status } = await fetch(url, { method: 'POST', signal });
    if (status !== 200) throw new Error(`the answer was ${status}`);
    return `${role} token rotated through Skep`;
  },
};

/** All that people do past the files. */
export const drift: readonly Change[] = [
  label,
  environment,
  replicas,
  restart,
  removeService,
  removeStack,
  nodeLabel,
  nodePaused,
  settings,
  token,
  tokenOverHttp,
];
