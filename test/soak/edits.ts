import { sharedNetwork, stackFiles } from './wish.ts';
import { aService, aStack } from './wish.ts';
import type { ServiceWish, StackWish } from './wish.ts';
import { eventually } from '../harness/await.ts';
import type { Status } from '../../src/reconcile/operator.ts';
import { anyService, anyStack } from './step.ts';
import type { Change, Scene } from './step.ts';

const stackNames = ['hive', 'comb', 'wax', 'nectar', 'pollen'];
const serviceKeys = ['web', 'api', 'job', 'cache'];
const mostServices = 9;

const countServices = (stacks: ReadonlyMap<string, StackWish>) =>
  [...stacks.values()].reduce((sum, { services }) => sum + services.size, 0);

/** An edit of one service; `edit` changes the wish, and says what it did and whether tasks have to be restarted. */
function ofService(
  name: string,
  edit: (service: ServiceWish, scene: Scene) => { did: string; restarts: boolean },
): Change {
  return {
    name,
    async make(scene) {
      const found = anyService(scene);
      const { did, restarts } = edit(found.service, scene);
      if (restarts) scene.ledger.mayRestart(found.name);
      else scene.ledger.mayWrite(`service ${found.name}`);
      await scene.arena.writeStack(found.stackName);
      return `${found.name}: ${did}`;
    },
  };
}

const environment = ofService('an environment', (service) => {
  service.colour += 1;
  return { did: `colour ${service.colour}`, restarts: true };
});

const label = ofService('a label', (service) => {
  service.tier += 1;
  return { did: `tier ${service.tier}`, restarts: false };
});

const rollout = ofService('an update_config', (service) => {
  service.delay = (service.delay + 1) % 3;
  return { did: `delay ${service.delay} s`, restarts: false };
});

const network = ofService('networks of a service', (service) => {
  service.ownNetwork = !service.ownNetwork;
  return { did: service.ownNetwork ? 'own network too' : 'shared network only', restarts: true };
});

const replicas: Change = {
  name: 'replicas',
  async make(scene) {
    const { name, stackName, service } = anyService(scene);
    const count = (service.replicas + 1) % 4;
    scene.ledger.mayScale(name, Math.min(count, service.replicas));
    service.replicas = count;
    await scene.arena.writeStack(stackName);
    return `${name}: ${count} replicas`;
  },
};

/** The content of the configs and secrets of a stack. */
function content(kind: 'page' | 'key', name: string): Change {
  return {
    name,
    async make(scene) {
      const { name: stackName, stack } = anyStack(scene);
      stack[kind] += 1;
      for (const [key, service] of stack.services) {
        if (service[kind]) scene.ledger.mayRestart(`${stackName}_${key}`);
      }
      await scene.arena.writeStack(stackName);
      return `${stackName}: ${kind} ${stack[kind]}`;
    },
  };
}

const layout: Change = {
  name: 'the layout of a file',
  async make(scene) {
    const { name, stack } = anyStack(scene);
    stack.layout += 1;
    await scene.arena.writeStack(name);
    return `${name}: layout ${stack.layout}`;
  },
};

function someService({ random }: Scene): ServiceWish {
  return aService({
    replicas: random.between(1, 2),
    ownNetwork: random.chance(0.4),
    page: random.chance(0.4),
    key: random.chance(0.4),
    dnsrr: random.chance(0.5),
  });
}

const addService: Change = {
  name: 'a service more',
  fits: ({ stacks }) => countServices(stacks) < mostServices,
  async make(scene) {
    const { name, stack } = anyStack(scene);
    const key = serviceKeys.find((one) => !stack.services.has(one)) ?? `more${stack.services.size}`;
    stack.services.set(key, someService(scene));
    scene.ledger.mayRestart(`${name}_${key}`);
    await scene.arena.writeStack(name);
    return `${name}_${key}: new`;
  },
};

const removeService: Change = {
  name: 'a service less',
  fits: ({ stacks }) => [...stacks.values()].some(({ services }) => services.size > 1),
  async make(scene) {
    const { arena, random, ledger } = scene;
    const [name, stack] = random.pick(
      [...arena.wish.stacks].filter(([, { services }]) => services.size > 1),
    );
    const key = random.pick([...stack.services.keys()]);
    stack.services.delete(key);
    ledger.mayRestart(`${name}_${key}`);
    ledger.mayRemove(name);
    await arena.writeStack(name);
    return `${name}_${key}: gone`;
  },
};

const addStack: Change = {
  name: 'a stack more',
  fits: ({ stacks }) => stacks.size < stackNames.length && countServices(stacks) < mostServices,
  async make(scene) {
    const { arena, random, ledger } = scene;
    const name = random.pick(stackNames.filter((one) => !arena.wish.stacks.has(one)));
    arena.wish.stacks.set(name, aStack({ web: someService(scene), api: someService(scene) }));
    for (const key of ['web', 'api']) ledger.mayRestart(`${name}_${key}`);
    await arena.writeStack(name);
    return `${name}: new`;
  },
};

const removeStack: Change = {
  name: 'a stack less',
  fits: ({ stacks }) => stacks.size > 2,
  async make(scene) {
    const { name, stack } = anyStack(scene);
    scene.arena.wish.stacks.delete(name);
    for (const key of stack.services.keys()) scene.ledger.mayRestart(`${name}_${key}`);
    scene.ledger.mayRemove(name);
    await scene.arena.writeStack(name);
    return `${name}: gone`;
  },
};

const settings: Change = {
  name: "the Swarm's settings",
  async make({ arena, ledger }) {
    arena.wish.taskHistory = 2 + ((arena.wish.taskHistory - 1) % 3);
    ledger.mayWrite('swarm');
    await arena.writeCluster();
    return `task history ${arena.wish.taskHistory}`;
  },
};

const nodeLabel: Change = {
  name: 'a label of a node',
  async make({ arena, ledger, random }) {
    const [node, zone] = random.pick([...arena.wish.zones]);
    arena.wish.zones.set(node, zone + 1);
    ledger.mayWrite(`node ${node}`);
    await arena.writeCluster();
    return `${node}: zone ${zone + 1}`;
  },
};

const mistake: Change = {
  name: 'a mistake, and its end',
  async make(scene) {
    const { arena, random } = scene;
    const { name, stack } = anyStack(scene);
    const path = `stacks/${name}/compose.yaml`;
    const good = stackFiles(name, stack, arena.image)[path] ?? '';
    const bad = random.pick([
      good.replace('image', 'imgae'),
      good.slice(0, Math.floor(good.length / 2)),
      '',
      `${good}\n\tx`,
      good.replaceAll(sharedNetwork, 'no such: [network'),
    ]);
    await arena.write({ [path]: bad });
    const noticed = await isNoticed(scene, name);
    await arena.writeStack(name);
    return `${name}: ${noticed ? 'noticed' : 'not noticed yet'}, mended`;
  },
};

/** Whether Skep says so in a short time; it may be dead or frozen just now. */
async function isNoticed({ arena }: Scene, stack: string): Promise<boolean> {
  const stalled = async () => {
    const { units } = await arena.skep.get<Status>('/api/v1/status');
    return units.find(({ name }) => name === stack)?.outcome?.result === 'stalled';
  };
  const patience = { what: 'the mistake shown', within: 4_000 };
  return await eventually(stalled, patience).catch(() => false);
}

/** All that people do to files. */
export const edits: readonly Change[] = [
  environment,
  label,
  rollout,
  network,
  replicas,
  content('page', 'the content of a config'),
  content('key', 'the content of a secret'),
  layout,
  addService,
  removeService,
  addStack,
  removeStack,
  settings,
  nodeLabel,
  mistake,
];
