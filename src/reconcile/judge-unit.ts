import type { DesiredObject } from '../desired/desired.ts';
import { judgeService, type ServiceHealth } from '../health/judge-service.ts';
import type { Observation } from './observation.ts';

/** The health of each of the unit's services that is live, by its name in Swarm. */
export type UnitHealth = ReadonlyMap<string, ServiceHealth>;

export function judgeUnit(
  objects: readonly DesiredObject[],
  { snapshot, services, tasks }: Observation,
  now: number,
): UnitHealth {
  const judged = new Map<string, ServiceHealth>();
  for (const { kind, name } of objects) {
    const service = kind === 'service' ? services.get(name) : undefined;
    if (service === undefined) continue;
    const ownTasks = tasks.get(service.ID) ?? [];
    judged.set(name, judgeService(service, ownTasks, snapshot.nodes, now));
  }
  return judged;
}

/** A unit is as well as the worst of its services. */
export function worstHealth(health: UnitHealth): ServiceHealth['health'] {
  const found = new Set([...health.values()].map((one) => one.health));
  return found.has('degraded') ? 'degraded' : found.has('progressing') ? 'progressing' : 'healthy';
}
