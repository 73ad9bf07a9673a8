import { judgeNetworks, type NetworkTrouble } from '../health/judge-networks.ts';
import type { Engine } from '../swarm/engine.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import { takeSnapshot } from '../swarm/take-snapshot.ts';
import type { Service, Task } from '../swarm/types.ts';

/** A snapshot with the look-ups that every run needs, made once for all runs that share it. */
export type Observation = {
  engine: Engine;
  snapshot: Snapshot;
  services: ReadonlyMap<string, Service>;
  tasks: ReadonlyMap<string, Task[]>;
  /** Networks that run out of addresses, by name. */
  scarce: ReadonlyMap<string, NetworkTrouble>;
};

/** `containerId`: of the container Skep runs in, by which it finds its own service. */
export async function observe(
  engine: Engine,
  containerId: string | undefined,
): Promise<Observation> {
  const snapshot = await takeSnapshot(engine, { containerId });
  return {
    engine,
    snapshot,
    services: new Map(snapshot.services.map((service) => [service.Spec.Name, service])),
    tasks: Map.groupBy(snapshot.tasks, (task) => task.ServiceID ?? ''),
    scarce: new Map(judgeNetworks(snapshot).map((trouble) => [trouble.name, trouble])),
  };
}
