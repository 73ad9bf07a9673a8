import type { DesiredObject } from '../desired/desired.ts';
import { findNode } from '../kinds/node/find-node.ts';
import type { UnitPlan } from '../plan/plan-unit.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import { objectKey } from './object-key.ts';
import type { UnitHealth } from './judge-unit.ts';
import type { Observation } from './observation.ts';
import type { Resource } from './operator.ts';

/** Every object the unit wants, and those it still has to remove, with how they stand. */
export function resourcesOf(
  unit: string,
  plan: UnitPlan,
  { snapshot }: Observation,
  health: UnitHealth,
  now: number,
): Resource[] {
  const open = new Map(plan.actions.map((action) => [objectKey(action), action]));
  return plan.objects.map((object) => {
    const { kind, name } = object;
    const action = open.get(objectKey(object));
    const judged = health.get(objectKey(object));
    return {
      unit,
      kind,
      name,
      id: idOf(object, snapshot, now) ?? null,
      sync: action === undefined ? 'synced' : syncOf(action.action),
      health: judged?.health ?? (action?.action === 'create' ? 'unknown' : 'healthy'),
      message: action?.reason ?? judged?.message ?? '',
    };
  });
}

function syncOf(action: string): Resource['sync'] {
  return action === 'create' ? 'missing' : action === 'blocked' ? 'blocked' : 'out-of-sync';
}

function idOf({ kind, name }: DesiredObject, snapshot: Snapshot, now: number): string | undefined {
  switch (kind) {
    case 'service':
      return snapshot.services.find((one) => one.Spec.Name === name)?.ID;
    case 'network':
      return snapshot.networks.find((one) => one.Name === name)?.Id;
    case 'config':
      return snapshot.configs.find((one) => one.Spec.Name === name)?.ID;
    case 'secret':
      return snapshot.secrets.find((one) => one.Spec.Name === name)?.ID;
    case 'node':
      return findNode(name, snapshot.nodes, now).node?.ID;
    default:
      return snapshot.swarm.ID;
  }
}
