import type { DesiredNode, DesiredObject, DesiredService } from '../desired/desired.ts';
import { drainingWindow } from '../kinds/node/availability.ts';
import { findNode } from '../kinds/node/find-node.ts';
import type { UnitPlan } from '../plan/plan-unit.ts';
import type { Service } from '../swarm/types.ts';
import { type Hold, holdMonitor } from '../health/hold-monitor.ts';
import { judgeDrain } from '../health/judge-drain.ts';
import { judgeService, type ServiceHealth } from '../health/judge-service.ts';
import { type ObjectKey, objectKey, parseObjectKey } from './object-key.ts';
import type { Observation } from './observation.ts';

/** The health of each of the unit's services that is live, and of its nodes that are to be drained. */
export type UnitHealth = ReadonlyMap<ObjectKey, ServiceHealth>;

export function judgeUnit(plan: UnitPlan, observation: Observation, now: number): UnitHealth {
  const judged = new Map<ObjectKey, ServiceHealth>();
  for (const object of plan.objects) {
    const health =
      object.kind === 'service'
        ? serviceHealth(object, plan, observation, now)
        : object.kind === 'node'
          ? nodeHealth(object, observation, now)
          : undefined;
    if (health !== undefined) judged.set(objectKey(object), health);
  }
  return judged;
}

function serviceHealth(
  object: DesiredService,
  plan: UnitPlan,
  { snapshot, services, tasks }: Observation,
  now: number,
): ServiceHealth | undefined {
  const service = services.get(object.name);
  if (service === undefined) return undefined;
  const ownTasks = tasks.get(service.ID) ?? [];
  const told = isAsWanted(object, plan) ? withoutOldRollback(service) : service;
  return judgeService(told, ownTasks, snapshot.nodes, now);
}

/** Only of a node that the files want drained, and that is to be so already. */
function nodeHealth(
  { name, settings }: DesiredNode,
  { snapshot }: Observation,
  now: number,
): ServiceHealth | undefined {
  const { node } = findNode(name, snapshot.nodes, now);
  const window = drainingWindow(settings, now);
  const wanted = settings.availability === 'drain' || window !== undefined;
  if (!wanted || node?.Spec.Availability !== 'drain') return undefined;
  return judgeDrain(node, snapshot.tasks, snapshot.services, window?.until);
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
    [...health].map(([key, judged]) => {
      const { kind, name } = parseObjectKey(key);
      const service = kind === 'service' ? services.get(name) : undefined;
      if (service === undefined) return [key, judged];
      const own = tasks.get(service.ID) ?? [];
      const { hold, held } = holdMonitor(holds.get(name), service, own, judged, now);
      if (hold === undefined) holds.delete(name);
      else holds.set(name, hold);
      if (held || judged.health !== 'healthy') return [key, judged];
      const message = `${judged.message} It is watched for a while.`;
      return [key, { health: 'progressing', reason: 'Settling', message }];
    }),
  );
}

/** A unit is as well as the worst of its objects. */
export function worstHealth(health: UnitHealth): ServiceHealth['health'] {
  const found = new Set([...health.values()].map((one) => one.health));
  return found.has('degraded') ? 'degraded' : found.has('progressing') ? 'progressing' : 'healthy';
}
