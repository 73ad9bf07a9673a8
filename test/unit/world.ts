import type { DesiredService, DesiredUnit, DesiredObject } from '../../src/desired/desired.ts';
import type { World } from '../../src/kinds/kind.ts';
import type { PlanOptions } from '../../src/plan/plan-unit.ts';
import type { Snapshot } from '../../src/swarm/snapshot.ts';
import type {
  Config,
  Network,
  Secret,
  Service,
  ServiceSpec,
  Swarm,
  SwarmNode,
  Task,
} from '../../src/swarm/types.ts';

/** Data for tests of what is pure: objects as an Engine lists them, in a Swarm that holds nothing else. */
const object = {
  Version: { Index: 7 },
  CreatedAt: '2026-11-01T00:00:00Z',
  UpdatedAt: '2026-11-01T00:00:00Z',
};

/** 25 characters, as Swarm's are. */
export function idOf(name: string): string {
  return Buffer.from(name).toString('hex').slice(-25).padStart(25, '0');
}

export function aWorld(snapshot: Partial<Snapshot> = {}, rest: Partial<World> = {}): World {
  return {
    snapshot: {
      swarm: aSwarm(),
      nodes: [],
      services: [],
      networks: [],
      configs: [],
      secrets: [],
      tasks: [],
      ...snapshot,
    },
    owned: [],
    now: Date.parse('2026-11-20T12:00:00Z'),
    coming: new Set(),
    ...rest,
  };
}

export const options: PlanOptions = { mayPrune: true, allow: {}, refused: {} };

export function aSwarm(spec: Swarm['Spec'] = {}): Swarm {
  return {
    ID: idOf('swarm'),
    ...object,
    Spec: {
      Name: 'default',
      Labels: {},
      Orchestration: { TaskHistoryRetentionLimit: 5 },
      Raft: { SnapshotInterval: 10000, KeepOldSnapshots: 0, ElectionTick: 10, HeartbeatTick: 1 },
      Dispatcher: { HeartbeatPeriod: 5_000_000_000 },
      CAConfig: { NodeCertExpiry: 7_776_000_000_000_000, ForceRotate: 3 },
      EncryptionConfig: { AutoLockManagers: false },
      ...spec,
    },
    JoinTokens: { Worker: 'SWMTKN-1-worker', Manager: 'SWMTKN-1-manager' },
  };
}

export function aService(spec: ServiceSpec, rest: Partial<Service> = {}): Service {
  return { ID: idOf(spec.Name), ...object, Spec: spec, ...rest };
}

export function aNetwork(name: string, rest: Partial<Network> = {}): Network {
  return {
    Id: idOf(name),
    Name: name,
    Created: object.CreatedAt,
    Scope: 'swarm',
    Driver: 'overlay',
    Internal: false,
    Attachable: false,
    Ingress: false,
    Labels: {},
    Options: { 'com.docker.network.driver.overlay.vxlanid_list': '4097' },
    IPAM: { Driver: 'default', Config: [{ Subnet: '10.0.1.0/24', Gateway: '10.0.1.1' }] },
    ...rest,
  };
}

export function aConfig(name: string, data: string, rest: Partial<Config['Spec']> = {}): Config {
  const Data = Buffer.from(data).toString('base64');
  return { ID: idOf(name), ...object, Spec: { Name: name, Labels: {}, Data, ...rest } };
}

export function aSecret(name: string, labels: Record<string, string> = {}): Secret {
  return { ID: idOf(name), ...object, Spec: { Name: name, Labels: labels } };
}

export function aNode(
  hostname: string,
  rest: Partial<SwarmNode['Spec']> = {},
  seen: Partial<SwarmNode> = {},
): SwarmNode {
  const manager = rest.Role === 'manager';
  return {
    ID: idOf(hostname),
    ...object,
    Spec: { Role: 'worker', Availability: 'active', Labels: {}, ...rest },
    Description: { Hostname: hostname },
    Status: { State: 'ready' },
    ...(manager && { ManagerStatus: { Reachability: 'reachable' } }),
    ...seen,
  };
}

export function aTask(service: string, state: string, rest: Partial<Task> = {}): Task {
  return {
    ID: idOf(`task ${service}`),
    ...object,
    ServiceID: idOf(service),
    NodeID: '',
    Spec: {},
    Status: { State: state },
    DesiredState: 'running',
    ...rest,
  };
}

export function desiredService(
  spec: ServiceSpec,
  rest: Partial<DesiredService> = {},
): DesiredService {
  return { kind: 'service', unit: 'shop', name: spec.Name, options: {}, after: [], spec, ...rest };
}

export function aUnit(objects: DesiredObject[], rest: Partial<DesiredUnit> = {}): DesiredUnit {
  return {
    name: 'shop',
    revision: '1',
    options: {},
    objects,
    external: [],
    diagnostics: [],
    ...rest,
  };
}
