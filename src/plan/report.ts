import type { PlanReport } from '../reconcile/operator.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { UnitPlan } from './plan-unit.ts';

/** Plans as people and other tools get them: `skep plan -o json` and the HTTP API. Specs, with all that is secret in them, stay inside. */
export function planReport(
  plans: readonly UnitPlan[],
  found: readonly Diagnostic[] = [],
): PlanReport {
  const diagnostics = [...found, ...plans.flatMap((plan) => plan.diagnostics)];
  return {
    actions: plans.flatMap((plan) =>
      plan.actions.map(({ unit, kind, name, action, restarts, reason, changes }) => ({
        unit,
        kind,
        name,
        action,
        restarts,
        reason,
        changes,
      })),
    ),
    warnings: diagnostics.filter(({ severity }) => severity === 'warning'),
    errors: diagnostics.filter(({ severity }) => severity === 'error'),
  };
}
