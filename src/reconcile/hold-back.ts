import { createHash } from 'node:crypto';
import type { DesiredObject } from '../desired/desired.ts';
import type { Action } from '../plan/action.ts';
import type { UnitPlan } from '../plan/plan-unit.ts';
import type { UnitHealth } from './judge-unit.ts';
import { objectKey } from './object-key.ts';

/** An action that is right but not sent in this pass. `until` is there when time alone ends it. */
export type Held = { action: Action; reason: string; message: string; until?: number };

export type HoldFacts = {
  health: UnitHealth;
  rejected: ReadonlyMap<string, { digest: string; message: string }>;
  /** When an object that drifted may be put right. */
  healDueAt(action: Action): number;
  now: number;
};

/** Splits a plan into what is sent now, stage by stage, and what has to wait. Pure. */
export function holdBack(plan: UnitPlan, facts: HoldFacts): { stages: Action[][]; held: Held[] } {
  const objects = new Map(plan.objects.map((object) => [objectKey(object), object]));
  const held: Held[] = [];
  const stages = plan.stages.map((stage) =>
    stage.filter((action) => {
      if (action.action === 'blocked') return false;
      const hold = reasonToHold(action, objects.get(objectKey(action)), facts);
      if (hold !== undefined) held.push(hold);
      return hold === undefined;
    }),
  );
  // What waits still needs what would be deleted now, as far as anybody can tell.
  const sendable = held.length === 0 ? stages : stages.map(withoutDeletes);
  return { stages: sendable.filter((stage) => stage.length > 0), held };
}

function reasonToHold(
  action: Action,
  object: DesiredObject | undefined,
  facts: HoldFacts,
): Held | undefined {
  const rejected = facts.rejected.get(objectKey(action));
  if (rejected !== undefined && rejected.digest === writesDigest(action)) {
    return { action, reason: 'Rejected', message: rejected.message };
  }
  const waitsFor = action.interim ? undefined : dependencyNotMet(object, facts.health);
  if (waitsFor !== undefined) {
    const message = `${action.name} waits for ${waitsFor}.`;
    return { action, reason: 'DependencyNotReady', message, until: facts.now + 1_000 };
  }
  const until = facts.healDueAt(action);
  if (until > facts.now) {
    const message = `Something keeps changing ${action.kind} ${action.name}; it is put right more slowly.`;
    return { action, reason: 'Contested', message, until };
  }
  return undefined;
}

function dependencyNotMet(
  object: DesiredObject | undefined,
  health: UnitHealth,
): string | undefined {
  if (object?.kind !== 'service') return undefined;
  const missing = object.after.find(({ name, condition }) => {
    const found = health.get(`service/${name}`);
    return condition === 'service_started' ? found === undefined : found?.health !== 'healthy';
  });
  return missing?.name;
}

function withoutDeletes(stage: Action[]): Action[] {
  return stage.filter((action) => action.action !== 'delete');
}

/** Tells one content of writes from another, whatever version they were planned against. */
export function writesDigest(action: Action): string {
  const content = JSON.stringify(action.writes, (key, value: unknown) =>
    key === 'version' ? undefined : value,
  );
  return createHash('sha256').update(content).digest('hex');
}
