import type { DesiredUnit } from '../desired/desired.ts';
import type { World } from '../kinds/kind.ts';
import { type PlanOptions, planRemovedUnit, planUnit, type UnitPlan } from '../plan/plan-unit.ts';

const nothing: UnitPlan = { actions: [], stages: [], diagnostics: [], objects: [], notices: [] };

/** The plan of a unit the files name, or of one they name no more. */
export function planFor(
  unit: { name: string; desired: DesiredUnit | undefined; vanished: boolean },
  world: World,
  options: PlanOptions,
): UnitPlan {
  if (unit.desired !== undefined && !unit.vanished) return planUnit(unit.desired, world, options);
  if (unit.vanished && options.mayPrune) return planRemovedUnit(unit.name, world, options);
  return nothing;
}
