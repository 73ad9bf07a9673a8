import { backoffDelay, type BackoffOptions } from './backoff.ts';
import type { World } from '../kinds/kind.ts';
import type { UnitState } from '../history/history.ts';
import type { Action } from '../plan/action.ts';
import type { UnitPlan } from '../plan/plan-unit.ts';
import { type Applied, applyPlan } from './apply-plan.ts';
import { decideOutcome, outcomeOfError, type PassFacts } from './decide-outcome.ts';
import { conditionsOf } from './conditions.ts';
import { driftIn, settledSince } from './drift.ts';
import { type Held, holdBack, writesDigest } from './hold-back.ts';
import { type ObjectKey, objectKey, parseObjectKey } from './object-key.ts';
import { toDisown, toOwn } from './inventory.ts';
import { judgeUnit, notYetHeld, type UnitHealth, worstHealth } from './judge-unit.ts';
import type { LoopParts } from './loop-parts.ts';
import type { Observation } from './observation.ts';
import type { Outcome } from './outcome.ts';
import { planFor } from './plan-for.ts';
import { refusedNow } from './refused.ts';
import { resourcesOf } from './resources.ts';
import { finishRunAfter, openRun } from './run-row.ts';
import { isSuspended, stateOf } from './suspend.ts';
import type { UnitRecord } from './unit-record.ts';

const conflictBackoff: BackoffOptions = { baseMs: 100, factor: 2, capMs: 2_000, jitter: 0.5 };
const conflictTries = 5;
const suspendedPollMs = 60_000;

/** One look at a unit: its state and plan against one observation. */
type View = {
  observation: Observation;
  world: World;
  state: UnitState;
  plan: UnitPlan;
  health: UnitHealth;
};

/**
 * One run of one unit: look, write what differs, judge. It never waits for a rollout; its outcome says when to look
 * again. Everything a person sees of the unit follows from that outcome.
 */
export async function runUnit(
  unit: UnitRecord,
  trigger: string,
  parts: LoopParts,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    for (let tries = 1; ; tries += 1) {
      const view = await look(unit, parts);
      const { held, applied } = await write(unit, view, trigger, parts, signal);
      const moved = applied.failed.some((failure) => failure.class === 'conflict');
      if (moved && tries < conflictTries && !signal.aborted) {
        unit.operation = 'Something else wrote at the same time; planning again.';
        await parts.clock.sleep(backoffDelay(tries - 1, conflictBackoff, parts.random), signal);
        parts.observations.invalidate();
        continue;
      }
      return conclude(unit, view, held, applied, parts);
    }
  } catch (error) {
    const outcome = outcomeOfError(error);
    unit.sync = 'unknown';
    finishRunAfter(unit, outcome, parts);
    return outcome;
  }
}

async function look(unit: UnitRecord, parts: LoopParts): Promise<View> {
  const { history, clock } = parts;
  unit.operation = 'Reading the Swarm.';
  const [{ complete }, observation] = await Promise.all([
    parts.wishes.get(),
    parts.observations.get(),
  ]);
  const state = stateOf(history, unit.name);
  const { snapshot } = observation;
  const world = { snapshot, owned: history.owned(), now: clock.now(), coming: new Set<string>() };
  const wanted = unit.desired?.objects ?? [];
  const refused = refusedNow(state.refused, wanted, observation, world.owned);
  const options = { mayPrune: complete, allow: unit.allow, refused };
  const plan = planFor(unit, world, options);
  const health = judgeUnit(plan.objects, observation, world.now);
  return { observation, world, state: { ...state, refused }, plan, health };
}

async function write(
  unit: UnitRecord,
  view: View,
  trigger: string,
  parts: LoopParts,
  signal: AbortSignal,
): Promise<{ held: Held[]; applied: Applied }> {
  const { plan, health, world } = view;
  const nothing = { held: [], applied: { done: [], failed: [] } };
  if (isSuspended(unit, parts.history)) return nothing;
  const drifted = noteDrift(unit, view, parts);
  const { stages, held } = holdBack(plan, {
    health,
    rejected: unit.rejected,
    now: world.now,
    healDueAt: (action) =>
      drifted.has(objectKey(action))
        ? parts.heal.dueAt(healKey(unit, action), world.now)
        : world.now,
  });
  if (stages.length === 0 || signal.aborted) return { ...nothing, held };

  const { history, clock, auth, writesAtOnce } = parts;
  unit.operation = `Writing ${stages.flat().length} changes.`;
  const applied = await applyPlan(stages, {
    engine: view.observation.engine,
    world,
    objects: plan.objects,
    history,
    run: openRun(unit, trigger, parts),
    clock,
    auth,
    writesAtOnce,
    rotation: { trigger: 'schedule', scheduled: true },
    signal,
  });
  parts.observations.invalidate();
  // A spec that failed is forced once, not for ever.
  if (applied.done.length > 0) delete unit.allow.force;
  for (const action of applied.done) {
    if (drifted.has(objectKey(action))) parts.heal.repaired(healKey(unit, action), clock.now());
  }
  for (const { action, class: errorClass, message } of applied.failed) {
    if (errorClass !== 'invalid' && errorClass !== 'refused') continue;
    unit.rejected.set(objectKey(action), { digest: writesDigest(action), message });
  }
  return { held, applied };
}

/** Records what drifted and what no longer does; returns the objects that drifted. */
function noteDrift(unit: UnitRecord, view: View, { history, news }: LoopParts): Set<ObjectKey> {
  const { plan, state, world } = view;
  const drift = driftIn(plan.actions, unit, state.appliedRevision);
  for (const action of drift) {
    const { kind, name, changes } = action;
    if (unit.drifted.has(objectKey(action))) continue;
    unit.drifted.add(objectKey(action));
    history.recordDrift({
      unit: unit.name,
      kind,
      name,
      changes,
      at: world.now,
      settledAt: null,
    });
    news.tell('drift.found', unit.name, { kind, name, changes });
  }
  for (const object of settledSince(unit.drifted, plan.actions)) {
    const { kind, name } = parseObjectKey(object);
    unit.drifted.delete(object);
    history.settleDrift(unit.name, kind, name, world.now);
    news.tell('drift.settled', unit.name, { kind, name });
  }
  return new Set(drift.map(objectKey));
}

function conclude(
  unit: UnitRecord,
  view: View,
  held: Held[],
  applied: Applied,
  parts: LoopParts,
): Outcome {
  const { plan, world, observation } = view;
  const rollingOut = unit.progressingSince !== null;
  const health = rollingOut
    ? notYetHeld(view.health, observation, unit.holds, world.now)
    : view.health;
  const wrote = applied.done.length > 0;
  unit.writingPasses = wrote ? unit.writingPasses + 1 : 0;
  const worst = worstHealth(health);
  const settled = plan.actions.length === 0 && worst === 'healthy';
  unit.progressingSince = settled ? null : (unit.progressingSince ?? world.now);
  if (settled) unit.holds.clear();
  const facts: PassFacts = {
    now: parts.clock.now(),
    problem: unit.problem,
    actions: plan.actions,
    diagnostics: plan.diagnostics,
    held,
    applied,
    health,
    writingPasses: unit.writingPasses,
    progressingSince: unit.progressingSince,
    rolloutTimeoutMs: timeoutOf(unit, parts),
  };
  const outcome = isSuspended(unit, parts.history)
    ? suspendedOutcome(facts.now)
    : decideOutcome(facts);
  remember(unit, view, parts);
  unit.sync = plan.actions.length === 0 ? 'synced' : 'out-of-sync';
  unit.health = wrote ? 'progressing' : worst;
  unit.conditions = conditionsOf(facts, unit.conditions);
  unit.resources = resourcesOf(unit.name, plan, view.observation, health);
  finishRunAfter(unit, outcome, parts);
  return outcome;
}

/** What has to outlive this process. */
function remember(unit: UnitRecord, { plan, world, state }: View, parts: LoopParts): void {
  const { history } = parts;
  for (const owned of toOwn(plan.objects, plan.actions, world)) history.own(owned, world.now);
  for (const { kind, name } of toDisown(unit.name, plan.objects, world)) {
    history.disown(unit.name, kind, name);
  }
  const applied = plan.actions.length === 0 && unit.problem === undefined && !unit.vanished;
  const appliedRevision = applied ? unit.revision : state.appliedRevision;
  const before = JSON.stringify(history.unitState(unit.name));
  const next = { ...state, appliedRevision };
  if (before !== JSON.stringify(next)) history.saveUnitState(unit.name, next);
}

function timeoutOf(unit: UnitRecord, parts: LoopParts): number {
  const nanoseconds = unit.desired?.options.timeout;
  return nanoseconds === undefined ? parts.rolloutTimeoutMs : nanoseconds / 1e6;
}

function healKey(unit: UnitRecord, object: Action): string {
  return `${unit.name} ${objectKey(object)}`;
}

function suspendedOutcome(now: number): Outcome {
  const message = 'Suspended: nothing is written until it is resumed.';
  return { result: 'wait', until: now + suspendedPollMs, reason: 'Suspended', message };
}
