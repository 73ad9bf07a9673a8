import type { History } from '../history/history.ts';
import type { UnitPlan } from '../plan/plan-unit.ts';
import type { DesiredSet } from './desired-set.ts';
import type { Observation } from './observation.ts';
import type { Allow, PlanReport } from './operator.ts';
import { planFor } from './plan-for.ts';
import { refusedNow } from './refused.ts';

/** What every unit, or one, would do now. Nothing is written. */
export function planAll(
  set: DesiredSet,
  observation: Observation,
  history: History,
  options: { unit?: string | undefined; allow?: Allow | undefined; now: number },
): PlanReport {
  const owned = history.owned();
  const { now, allow = {} } = options;
  const world = { snapshot: observation.snapshot, owned, now, coming: new Set<string>() };
  const plans = unitsOf(set, owned).flatMap(({ name, desired, vanished }) => {
    if (options.unit !== undefined && options.unit !== name) return [];
    const known = history.unitState(name)?.refused ?? {};
    const refused = refusedNow(known, desired?.objects ?? [], observation, owned);
    const planOptions = { mayPrune: set.complete, allow, refused };
    return [planFor({ name, desired, vanished }, world, planOptions)];
  });
  return reportOf(plans, set);
}

/** Units of the files, then those that only own something any more. */
function unitsOf(set: DesiredSet, owned: readonly { unit: string }[]) {
  const named = new Set(set.wishes.map((wish) => wish.name));
  const vanished = new Set(owned.map(({ unit }) => unit).filter((unit) => !named.has(unit)));
  return [
    ...set.wishes.map(({ name, desired, problem }) => ({
      name,
      desired: problem === undefined ? desired : undefined,
      vanished: false,
    })),
    ...[...vanished].map((name) => ({ name, desired: undefined, vanished: set.complete })),
  ];
}

function reportOf(plans: readonly UnitPlan[], set: DesiredSet): PlanReport {
  const diagnostics = [...set.diagnostics, ...plans.flatMap((plan) => plan.diagnostics)];
  return {
    actions: plans
      .flatMap((plan) => plan.actions)
      .map(({ writes: _writes, waiting: _waiting, ...action }) => action),
    warnings: diagnostics.filter((diagnostic) => diagnostic.severity === 'warning'),
    errors: diagnostics.filter((diagnostic) => diagnostic.severity === 'error'),
  };
}
