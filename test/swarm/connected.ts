import { inject } from 'vitest';

import { connectEngine, type ConnectOptions } from '../../src/swarm/connect-engine.ts';
import type { Engine } from '../../src/swarm/engine.ts';
import type { ServiceSpec } from '../../src/swarm/types.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type SwarmOptions, type TestSwarm } from '../harness/swarm.ts';

export type Connected = AsyncDisposable & {
  swarm: TestSwarm;
  /** Stands between the Engine of m1 and us. */
  proxy: RecordingProxy;
  engine: Engine;
  calls: string[];
};

/** A Swarm, and our Engine for its first manager behind a recording proxy. */
export async function connectSwarm(
  boot: Partial<SwarmOptions> = {},
  options: Partial<ConnectOptions> = {},
): Promise<Connected> {
  const swarm = await bootSwarm(inject('lab'), { engine: '28', managers: 1, workers: 0, ...boot });
  const proxy = await RecordingProxy.start(swarm.node('m1').host);
  const calls: string[] = [];
  const engine = await connectEngine({
    host: proxy.host,
    onCall: ({ method, route, status }) => calls.push(`${status} ${method} ${route}`),
    ...options,
  });
  const dispose = async () => {
    engine.close();
    await proxy.close();
    await swarm.dispose();
  };
  return { swarm, proxy, engine, calls, [Symbol.asyncDispose]: dispose };
}

/** A service of the workload image that sleeps and ends at once when told to. */
export function sleeper(Name: string, more: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    Name,
    TaskTemplate: {
      ContainerSpec: { Image: inject('lab').workload, Args: ['sleep', '1d'], StopGracePeriod: 0 },
    },
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: 'vip' },
    ...more,
  };
}
