import { stringify } from 'yaml';

/** What the files say now, in few words: numbers stand for contents. */
export type Wish = {
  stacks: Map<string, StackWish>;
  taskHistory: number;
  /** node to the label it gets */
  zones: Map<string, number>;
  /** changes the text of cluster.yaml, and nothing in it */
  layout: number;
};

export type StackWish = {
  services: Map<string, ServiceWish>;
  page: number;
  key: number;
  layout: number;
};

export type ServiceWish = {
  colour: number;
  replicas: number;
  tier: number;
  /** seconds between two tasks of an update */
  delay: number;
  /** on a network of the stack too, besides the one that all share */
  ownNetwork: boolean;
  page: boolean;
  key: boolean;
  dnsrr: boolean;
};

export const sharedNetwork = 'soak_shared';

export function aService(over: Partial<ServiceWish> = {}): ServiceWish {
  const plain = { ownNetwork: false, page: false, key: false, dnsrr: false };
  return { colour: 0, replicas: 1, tier: 0, delay: 0, ...plain, ...over };
}

export function aStack(services: Record<string, ServiceWish>): StackWish {
  return { services: new Map(Object.entries(services)), page: 0, key: 0, layout: 0 };
}

export function firstWish(nodes: readonly string[]): Wish {
  return {
    taskHistory: 3,
    layout: 0,
    zones: new Map(nodes.map((node) => [node, 0])),
    stacks: new Map([
      [
        'hive',
        aStack({ web: aService({ page: true }), api: aService({ replicas: 2, key: true }) }),
      ],
      ['comb', aStack({ web: aService({ ownNetwork: true, dnsrr: true }), job: aService() })],
      ['wax', aStack({ web: aService({ page: true, key: true, ownNetwork: true }) })],
    ]),
  };
}

/** Every service by its name in the Swarm. */
export function servicesOf(wish: Wish): Map<string, ServiceWish> {
  return new Map(
    [...wish.stacks].flatMap(([stack, { services }]) =>
      [...services].map(([name, service]) => [`${stack}_${name}`, service] as const),
    ),
  );
}

export const pageOf = (stack: string, page: number) => `page ${page} of ${stack}`;

/** The files of a stack, below the desired directory. */
export function stackFiles(name: string, stack: StackWish, image: string): Record<string, string> {
  const all = [...stack.services.values()];
  const any = (has: (service: ServiceWish) => boolean) => all.some(has);
  const compose = {
    services: Object.fromEntries(
      [...stack.services].map(([key, service]) => [key, composeService(service, image)]),
    ),
    networks: {
      shared: { external: true, name: sharedNetwork },
      ...(any(({ ownNetwork }) => ownNetwork) && { own: { driver: 'overlay' } }),
    },
    ...(any(({ page }) => page) && {
      configs: { page: { content: pageOf(name, stack.page) } },
    }),
    ...(any(({ key }) => key) && { secrets: { key: { file: './key.txt' } } }),
  };
  return {
    [`stacks/${name}/key.txt`]: `key ${stack.key} of ${name}`,
    [`stacks/${name}/compose.yaml`]: written(compose, stack.layout),
  };
}

function composeService(service: ServiceWish, image: string): object {
  const { colour, replicas, tier, delay, ownNetwork, page, key, dnsrr } = service;
  return {
    image,
    command: ['sleep', '86400'],
    environment: { COLOUR: `c${colour}` },
    stop_grace_period: '1s',
    networks: ownNetwork ? ['shared', 'own'] : ['shared'],
    ...(page && { configs: [{ source: 'page', target: '/page' }] }),
    ...(key && { secrets: ['key'] }),
    deploy: {
      replicas,
      labels: { tier: `t${tier}` },
      ...(dnsrr && { endpoint_mode: 'dnsrr' }),
      restart_policy: { condition: 'any', delay: '500ms' },
      // A node that dies in the middle of an update would pause it, and then Skep waits for a person.
      update_config: { delay: `${delay}s`, monitor: '1s', failure_action: 'continue' },
    },
  };
}

export function clusterFile(wish: Wish): string {
  const nodes = [...wish.zones].map(([node, zone]) => {
    return [node, { availability: 'active', labels: { zone: `z${zone}` } }];
  });
  const cluster = {
    cluster: { task_history_limit: wish.taskHistory },
    // Once a year, so that the tokens are Skep's and stay as they are.
    tokens: { worker: { rotate: '0 0 1 1 *' } },
    nodes: Object.fromEntries(nodes),
    networks: { [sharedNetwork]: { driver: 'overlay', attachable: true } },
  };
  return written(cluster, wish.layout);
}

/** The same content looks different with every layout. */
function written(content: object, layout: number): string {
  const text = layout % 2 === 0 ? stringify(content) : `${JSON.stringify(content, null, 2)}\n`;
  return `# layout ${layout}\n${text}`;
}
