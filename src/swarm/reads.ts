import type { Distribution, Engine } from './engine.ts';
import { EngineError } from './errors.ts';
import type { EngineRequest } from './transport.ts';
import type { Config, Network, Secret, Service, Swarm, SwarmNode, Task } from './types.ts';

/** Makes one call of the negotiated API version and returns the answer's JSON. */
export type Call = (request: EngineRequest) => Promise<unknown>;

type Reads = Pick<
  Engine,
  | 'ping'
  | 'swarm'
  | 'unlockKey'
  | 'self'
  | 'nodes'
  | 'services'
  | 'tasks'
  | 'networks'
  | 'network'
  | 'configs'
  | 'config'
  | 'secrets'
  | 'distribution'
>;

type Info = {
  Swarm?: { NodeID?: string; LocalNodeState?: string; ControlAvailable?: boolean; Error?: string };
};

/** The reading half of an Engine. */
export function makeReads(call: Call): Reads {
  const get = async <T>(route: string, rest: Omit<EngineRequest, 'method' | 'route'> = {}) =>
    (await call({ method: 'GET', route, ...rest })) as T;
  const list = async <T>(route: string, query: EngineRequest['query'] = {}) =>
    listed<T>(await get<unknown>(route, { query }), route);

  return {
    ping: async () => {
      await get('/_ping');
    },
    swarm: () => get<Swarm>('/swarm'),
    unlockKey: async () => (await get<{ UnlockKey?: string }>('/swarm/unlockkey')).UnlockKey ?? '',
    self: async () => describeSelf(await get<Info>('/info')),
    nodes: () => list<SwarmNode>('/nodes'),
    services: () => list<Service>('/services', { status: true }),
    tasks: () => list<Task>('/tasks'),
    networks: async () => {
      const networks = await list<Network>('/networks', { filters: '{"scope":["swarm"]}' });
      return networks.filter((network) => network.Scope === 'swarm');
    },
    network: (id) => get<Network>('/networks/{id}', { params: { id } }),
    configs: () => list<Config>('/configs'),
    config: (id) => get<Config>('/configs/{id}', { params: { id } }),
    secrets: () => list<Secret>('/secrets'),
    distribution: async (image, options) =>
      describeDistribution(
        await get<DistributionAnswer>('/distribution/{image}/json', {
          params: { image },
          registryAuth: options?.registryAuth,
        }),
      ),
  };
}

/** An empty list may come as null. Anything else that is no list must not pass for "nothing is there". */
function listed<T>(answer: unknown, route: string): T[] {
  if (answer === null) return [];
  if (Array.isArray(answer)) return answer as T[];
  throw new EngineError(`the answer to GET ${route} is no list`, {
    class: 'unavailable',
    call: `GET ${route}`,
  });
}

function describeSelf(info: Info): Awaited<ReturnType<Engine['self']>> {
  return {
    nodeId: info.Swarm?.NodeID ?? '',
    state: info.Swarm?.LocalNodeState ?? 'inactive',
    manager: info.Swarm?.ControlAvailable ?? false,
    error: info.Swarm?.Error ?? '',
  };
}

type DistributionAnswer = {
  Descriptor: { digest: string };
  Platforms?: { architecture?: string; os?: string }[] | null;
};

function describeDistribution(answer: DistributionAnswer): Distribution {
  return {
    digest: answer.Descriptor.digest,
    platforms: (answer.Platforms ?? []).map((platform) => ({
      Architecture: platform.architecture ?? '',
      OS: platform.os ?? '',
    })),
  };
}
