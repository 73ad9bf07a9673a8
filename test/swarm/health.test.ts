import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { holdMonitor, type Hold } from '../../src/health/hold-monitor.ts';
import { judgeNetworks } from '../../src/health/judge-networks.ts';
import { judgeService } from '../../src/health/judge-service.ts';
import type { ServiceSpec } from '../../src/swarm/types.ts';
import { takeSnapshot } from '../../src/swarm/take-snapshot.ts';
import { eventually } from '../harness/await.ts';
import { connectSwarm, sleeper, type Connected } from './connected.ts';

const patience = { timeout: 60_000, interval: 200 };

describe.each(['28', '20.10'] as const)('Engine %s: a service is judged', (generation) => {
  let connected: Connected;

  beforeAll(async () => {
    connected = await connectSwarm({ engine: generation, managers: 1, workers: 1 });
  });
  afterAll(async () => {
    await connected[Symbol.asyncDispose]();
  });

  test('healthy when its replicas run, with networks and placement, and held after the monitor time', async () => {
    const { engine } = connected;
    const network = await engine.createNetwork({ Name: 'backend', Driver: 'overlay' });
    const spec = sleeper('web', { Mode: { Replicated: { Replicas: 2 } } });
    spec.UpdateConfig = { Parallelism: 1, Monitor: 2e9 };
    spec.TaskTemplate.Networks = [{ Target: network, Aliases: ['web'] }];
    spec.TaskTemplate.Placement = { Constraints: ['node.platform.os==linux'] };
    const id = await engine.createService(spec);
    await expect.poll(() => healthOf(id), patience).toBe('healthy Running');

    let hold: Hold | undefined;
    const started = performance.now();
    await eventually(
      async () => {
        const { service, tasks, health } = await judge(id);
        const held = holdMonitor(hold, service, tasks, health, Date.now());
        hold = held.hold;
        return held.held;
      },
      { what: 'a rollout that held', within: 20_000 },
    );
    expect(performance.now() - started).toBeGreaterThan(1900);

    const service = await readService(id);
    const image = { ...service.Spec.TaskTemplate.ContainerSpec, Env: ['A=1'] };
    const TaskTemplate = { ...service.Spec.TaskTemplate, ContainerSpec: image };
    await engine.updateService(id, service.Version.Index, { ...service.Spec, TaskTemplate });
    expect((await judge(id)).health.health).toBe('progressing');
    await expect.poll(() => healthOf(id), patience).toBe('healthy Running');
  });

  test('healthy when it runs on every node', async () => {
    const id = await create(sleeper('everywhere', { Mode: { Global: {} } }));
    await expect.poll(() => healthOf(id), patience).toBe('healthy Running');
  });

  test('degraded when no node suits', async () => {
    const spec = sleeper('homeless');
    spec.TaskTemplate.Placement = { Constraints: ['node.labels.nowhere==yes'] };
    const id = await create(spec);
    await expect.poll(() => healthOf(id), patience).toBe('degraded NoSuitableNode');
  });

  test('degraded when there is no such image', async () => {
    const spec = sleeper('imageless');
    spec.TaskTemplate.ContainerSpec = { Image: 'localhost:1/nothing:1' };
    const id = await create(spec);
    await expect.poll(() => healthOf(id), patience).toBe('degraded ImageMissing');
  });

  test('degraded when its tasks fail again and again', async () => {
    const spec = sleeper('failing');
    Object.assign(spec.TaskTemplate.ContainerSpec ?? {}, { Args: ['false'] });
    spec.TaskTemplate.RestartPolicy = { Condition: 'any', Delay: 1e9 };
    const id = await create(spec);
    await expect.poll(() => healthOf(id), patience).toBe('degraded TaskFailing');
  });

  test('healthy when its tasks ended and are not to be started again', async () => {
    const spec = sleeper('once');
    Object.assign(spec.TaskTemplate.ContainerSpec ?? {}, { Args: ['true'] });
    spec.TaskTemplate.RestartPolicy = { Condition: 'none' };
    const id = await create(spec);
    await expect.poll(() => healthOf(id), patience).toBe('healthy Completed');
  });

  test('degraded when Swarm paused its update, or rolled it back', async () => {
    for (const [FailureAction, expected] of [
      ['pause', 'degraded RolloutPaused'],
      ['rollback', 'degraded RolledBack'],
    ] as const) {
      const spec = sleeper(`fails-to-${FailureAction}`);
      spec.UpdateConfig = { Parallelism: 1, Monitor: 1e9, FailureAction };
      const id = await create(spec);
      await expect.poll(() => healthOf(id), patience).toBe('healthy Running');
      const { Version, Spec } = await readService(id);
      const ContainerSpec = { ...Spec.TaskTemplate.ContainerSpec, Args: ['false'] };
      const TaskTemplate = { ...Spec.TaskTemplate, ContainerSpec };
      await connected.engine.updateService(id, Version.Index, { ...Spec, TaskTemplate });
      await expect.poll(() => healthOf(id), patience).toBe(expected);
    }
  });

  test('degraded when its network has no address left, which is foreseen', async () => {
    const { engine } = connected;
    const network = await engine.createNetwork({
      Name: 'tiny',
      Driver: 'overlay',
      IPAM: { Config: [{ Subnet: '10.200.0.0/29' }] },
    });
    const spec = sleeper('crowd', { Mode: { Replicated: { Replicas: 8 } } });
    spec.TaskTemplate.Networks = [{ Target: network }];
    const id = await engine.createService(spec);
    const snapshot = await eventually(
      async () => {
        const taken = await takeSnapshot(engine);
        return taken.networks.some(({ Name, Driver }) => Name === 'tiny' && Driver)
          ? taken
          : undefined;
      },
      { what: 'an allocated network', within: 20_000 },
    );
    expect(judgeNetworks(snapshot)).toMatchObject([
      { name: 'tiny', reason: 'AddressesExhausted', capacity: 5 },
    ]);
    await expect.poll(() => healthOf(id), patience).toBe('degraded NotAllocated');
  });

  async function create(spec: ServiceSpec): Promise<string> {
    return connected.engine.createService(spec);
  }

  async function healthOf(id: string): Promise<string> {
    const { health, reason } = (await judge(id)).health;
    return `${health} ${reason}`;
  }

  async function readService(id: string) {
    const service = (await connected.engine.services()).find(({ ID }) => ID === id);
    if (!service) throw new Error(`there is no service ${id}`);
    return service;
  }

  async function judge(id: string) {
    const { engine } = connected;
    const [service, tasks, nodes] = [
      await readService(id),
      await engine.tasks(),
      await engine.nodes(),
    ];
    return { service, tasks, nodes, health: judgeService(service, tasks, nodes, Date.now()) };
  }
});
