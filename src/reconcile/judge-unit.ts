import type { DesiredObject } from '../desired/desired.ts';
import { type Hold, holdMonitor } from '../health/hold-monitor.ts';
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

/**
 * A service that has just become well may fall over at once: it counts as rolling out until it held for the monitor time
 * of its update. Renews `holds`.
 */
export function notYetHeld(
  health: UnitHealth,
  { services, tasks }: Observation,
  holds: Map<string, Hold>,
  now: number,
): UnitHealth {
  return new Map(
    [...health].map(([name, judged]) => {
      const service = services.get(name);
      if (service === undefined) return [name, judged];
      const own = tasks.get(service.ID) ?? [];
      const { hold, held } = holdMonitor(holds.get(name), service, own, judged, now);
      if (hold === undefined) holds.delete(name);
      else holds.set(name, hold);
      if (held || judged.health !== 'healthy') return [name, judged];
      const message = `${judged.message} It is watched for a while.`;
      return [name, { health: 'progressing', reason: 'Settling', message }];
    }),
  );
}

/** A unit is as well as the worst of its services. */
export function worstHealth(health: UnitHealth): ServiceHealth['health'] {
  const found = new Set([...health.values()].map((one) => one.health));
  return found.has('degraded') ? 'degraded' : found.has('progressing') ? 'progressing' : 'healthy';
}
