import type { DesiredObject } from '../desired/desired.ts';
import type { UnitPlan } from '../plan/plan-unit.ts';
import type { Service } from '../swarm/types.ts';
import { type Hold, holdMonitor } from '../health/hold-monitor.ts';
import { judgeService, type ServiceHealth } from '../health/judge-service.ts';
import type { Observation } from './observation.ts';

/** The health of each of the unit's services that is live, by its name in Swarm. */
export type UnitHealth = ReadonlyMap<string, ServiceHealth>;

export function judgeUnit(
  plan: UnitPlan,
  { snapshot, services, tasks }: Observation,
  now: number,
): UnitHealth {
  const judged = new Map<string, ServiceHealth>();
  for (const object of plan.objects) {
    const service = object.kind === 'service' ? services.get(object.name) : undefined;
    if (service === undefined) continue;
    const ownTasks = tasks.get(service.ID) ?? [];
    const told = isAsWanted(object, plan) ? withoutOldRollback(service) : service;
    judged.set(object.name, judgeService(told, ownTasks, snapshot.nodes, now));
  }
  return judged;
}

/** Whether the live service is what the files say. */
function isAsWanted({ kind, name, options }: DesiredObject, plan: UnitPlan): boolean {
  if (options.suspend === true) return false;
  if (plan.diagnostics.some(({ severity }) => severity === 'error')) return false;
  return !plan.actions.some((action) => action.kind === kind && action.name === name);
}

/**
 * Swarm tells of a rollback until the next update. Where the files went back to what Swarm went back to, none will come,
 * and nothing is wrong any more.
 */
function withoutOldRollback(service: Service): Service {
  if (service.UpdateStatus?.State !== 'rollback_completed') return service;
  const { UpdateStatus: _, ...rest } = service;
  return rest;
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
