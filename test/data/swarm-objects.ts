import type { Network, Service, ServiceSpec, SwarmNode, Task } from '../../src/swarm/types.ts';

/** Objects as an Engine lists them, with what a test does not care about filled in. */
const start = Date.parse('2026-01-01T00:00:00Z');
const stored = { Version: { Index: 1 }, CreatedAt: at(0), UpdatedAt: at(0) };

/** The time of so many seconds after the start, as an Engine writes it. */
export function at(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString();
}

/** The same as milliseconds since the epoch. */
export function ms(seconds: number): number {
  return start + seconds * 1000;
}

export const template = { ContainerSpec: { Image: 'redis:7' }, ForceUpdate: 0 };

export function aService(spec: Partial<ServiceSpec> = {}, more: Partial<Service> = {}): Service {
  return { ID: 'svc', ...stored, Spec: {
      Name: 'shop_redis',
      // An Engine fills the runtime in for services, not for tasks.
      TaskTemplate: { ...template, Runtime: 'container' },
      ...spec,
    }, ...more };
}

export function aNode(ID: string, more: Partial<SwarmNode> = {}): SwarmNode {
  return {
    ID,
    ...stored,
    Spec: { Role: 'worker', Availability: 'active' },
    Description: { Hostname: `host-${ID}` },
    Status: { State: 'ready' },
    ...more,
  };
}

type TaskWords = {
  slot?: number;
  node?: string;
  state?: string;
  desired?: string;
  err?: string;
  /** Seconds after the start. */
  made?: number;
  since?: number;
};

let made = 0;

export function aTask(words: TaskWords = {}, more: Partial<Task> = {}): Task {
  const { slot, node = 'n1', state = 'running', desired = 'running', err, since = 0 } = words;
  made += 1;
  return {
    ID: `task-${made}`,
    ...stored,
    CreatedAt: at(words.made ?? 0),
    ServiceID: 'svc',
    Spec: template,
    DesiredState: desired,
    Status: { State: state, Timestamp: at(since), ...(err === undefined ? {} : { Err: err }) },
    ...(slot === undefined ? {} : { Slot: slot }),
    ...(node === '' ? {} : { NodeID: node }),
    ...more,
  };
}

export function aNetwork(more: Partial<Network> = {}): Network {
  return {
    Id: 'net',
    Name: 'backend',
    Created: at(0),
    Scope: 'swarm',
    Driver: 'overlay',
    Internal: false,
    Attachable: false,
    Ingress: false,
    Labels: null,
    Options: null,
    IPAM: { Driver: 'default', Config: [{ Subnet: '10.0.9.0/24', Gateway: '10.0.9.1' }] },
    ...more,
  };
}
