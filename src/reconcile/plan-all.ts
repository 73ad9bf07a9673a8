import { comingOf, type UnitPlan } from '../plan/plan-unit.ts';
import { planReport } from '../plan/report.ts';
import type { DesiredSet } from './desired-set.ts';
import type { LoopParts } from './loop-parts.ts';
import type { Observation } from './observation.ts';
import type { Allow, PlanReport } from './operator.ts';
import { planFor } from './plan-for.ts';
import { refusedNow } from './refused.ts';
import { runningUnits } from './running-units.ts';
import { worldOf } from './world-of.ts';

/** What every unit, or one, would do now. Nothing is written. */
export async function planAll(
  set: DesiredSet,
  observation: Observation,
  options: { unit?: string | undefined; allow?: Allow | undefined },
  parts: Pick<
    LoopParts,
    | 'history'
    | 'clock'
    | 'images'
    | 'secrets'
    | 'tokenSecrets'
    | 'deliveries'
    | 'keepVersions'
    | 'only'
    | 'guests'
  >,
): Promise<PlanReport> {
  const { history } = parts;
  const owned = history.owned();
  const { allow = {} } = options;
  const coming = new Set<string>();
  const plans: UnitPlan[] = [];
  const units = runningUnits(set, parts);
  const lockable = parts.deliveries.lockable();
  for (const { name, vanished, ...wish } of unitsOf(set, owned)) {
    const desired =
      wish.desired && parts.tokenSecrets.complete(wish.desired, observation.snapshot, coming);
    const images = await parts.images.pin(desired?.objects ?? [], observation);
    const secretContents = await parts.secrets.compare(desired?.objects ?? [], observation, owned);
    const { named } = set;
    const known = {
      owned,
      images,
      secretContents,
      coming,
      units,
      ...(named && { named }),
      ...(lockable !== undefined && { lockable }),
    };
    const world = worldOf(observation, known, parts);
    const givenUp = history.unitState(name)?.refused ?? {};
    const refused = refusedNow(givenUp, desired?.objects ?? [], observation, owned);
    const planOptions = { mayPrune: set.complete, allow, refused };
    const plan = planFor({ name, desired, vanished }, world, planOptions);
    for (const made of comingOf(plan.actions)) coming.add(made);
    if (options.unit === undefined || options.unit === name) plans.push(plan);
  }
  return planReport(plans, set.diagnostics);
}

/** The cluster's, which others may refer to, then the stacks, then those that only own something any more. */
function unitsOf(set: DesiredSet, owned: readonly { unit: string }[]) {
  const named = new Set(set.wishes.map((wish) => wish.name));
  const vanished = new Set(owned.map(({ unit }) => unit).filter((unit) => !named.has(unit)));
  const clusterFirst = set.wishes.toSorted(
    (a, b) => Number(b.kind === 'cluster') - Number(a.kind === 'cluster'),
  );
  return [
    ...clusterFirst.map(({ name, desired, problem }) => ({
      name,
      desired: problem === undefined ? desired : undefined,
      vanished: false,
    })),
    ...[...vanished].map((name) => ({ name, desired: undefined, vanished: set.complete })),
  ];
}
