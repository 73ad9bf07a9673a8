import { backoffDelay, type BackoffOptions } from './backoff.ts';
import type { World } from '../kinds/kind.ts';
import type { UnitState } from '../history/history.ts';
import { type Action, rotates } from '../plan/action.ts';
import type { Notice } from '../plan/notice.ts';
import type { UnitPlan } from '../plan/plan-unit.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import { clusterUnit } from '../spec/spec-set.ts';
import { type Applied, applyPlan } from './apply-plan.ts';
import { decideOutcome, outcomeOfError, type PassFacts } from './decide-outcome.ts';
import { conditionsOf } from './conditions.ts';
import { noteDrift, noteSettled } from './note-drift.ts';
import { type Held, holdBack, writesDigest } from './hold-back.ts';
import { objectKey } from './object-key.ts';
import { toDisown, toOwn } from './inventory.ts';
import { judgeUnit, notYetHeld, type UnitHealth, worstHealth } from './judge-unit.ts';
import { unlearnt } from './learn-owned.ts';
import type { LoopParts } from './loop-parts.ts';
import type { Observation } from './observation.ts';
import type { Condition } from './operator.ts';
import type { Outcome } from './outcome.ts';
import { planFor } from './plan-for.ts';
import { refusedNow } from './refused.ts';
import { runningUnits } from './running-units.ts';
import { worldOf } from './world-of.ts';
import { resourcesOf } from './resources.ts';
import { finishRunAfter, openRun } from './run-row.ts';
import { isSuspended, stateOf } from './suspend.ts';
import type { UnitRecord } from './unit-record.ts';

const conflictBackoff: BackoffOptions = { baseMs: 100, factor: 2, capMs: 2_000, jitter: 0.5 };
const conflictTries = 5;
const leftAlonePollMs = 60_000;

/** One look at a unit: its state and plan against one observation. */
type View = {
  observation: Observation;
  world: World;
  state: UnitState;
  /** Of the files, and of what is live of the wish itself. */
  revision: string;
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
  const { history } = parts;
  unit.operation = 'Reading the Swarm.';
  const [set, observation] = await Promise.all([parts.wishes.get(), parts.observations.get()]);
  const state = stateOf(history, unit.name);
  const desired = unit.desired && parts.tokenSecrets.complete(unit.desired, observation.snapshot);
  const wanted = desired?.objects ?? [];
  const images = await parts.images.pin(wanted, observation);
  const before = history.owned();
  const learnt = parts.learnOwners ? unlearnt(unit, observation.snapshot, before) : [];
  for (const row of learnt) history.own(row, parts.clock.now());
  const owned = learnt.length > 0 ? history.owned() : before;
  const secretContents = await parts.secrets.compare(wanted, observation, owned);
  const { complete, named } = set;
  const units = runningUnits(set, parts);
  const lockable = parts.deliveries.lockable();
  const known = {
    owned,
    images,
    secretContents,
    units,
    ...(named && { named }),
    ...(lockable !== undefined && { lockable }),
  };
  const world = worldOf(observation, known, parts);
  const refused = refusedNow(state.refused, wanted, observation, world.owned);
  const options = { mayPrune: complete && learnt.length === 0, allow: unit.allow, refused };
  const plan = planFor({ name: unit.name, desired, vanished: unit.vanished }, world, options);
  const health = judgeUnit(plan, observation, world.now);
  const revision = (unit.vanished ? undefined : desired?.revision) ?? unit.revision;
  return { observation, world, state: { ...state, refused }, revision, plan, health };
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
  if (isStandby(parts)) {
    noteSettled(unit, plan.actions, parts);
    return nothing;
  }
  const drifted = noteDrift(unit, plan.actions, view, parts);
  if (parts.mode === 'observe') return nothing;
  if (isInBetween(plan)) saveApplied(unit, stateOf(parts.history, unit.name), null, parts);
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

  const { history, clock, auth, writesAtOnce, news } = parts;
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
    news,
    rotation: { trigger: 'schedule', scheduled: true },
    signal,
  });
  parts.observations.invalidate();
  parts.guests.note(applied.failed, view.observation.snapshot);
  // A spec that failed is forced once, not for ever. Of forced roles each is a step of its own.
  if (applied.done.some(({ kind }) => kind === 'service')) delete unit.allow.force;
  for (const action of applied.done) {
    if (drifted.has(objectKey(action))) parts.heal.repaired(healKey(unit, action), clock.now());
  }
  countRotations(applied, parts);
  for (const { action, class: errorClass, message } of applied.failed) {
    if (errorClass !== 'invalid' && errorClass !== 'refused') continue;
    unit.rejected.set(objectKey(action), { digest: writesDigest(action), message });
  }
  return { held, applied };
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
  const now = parts.clock.now();
  // What was written has its whole time, however long something was waited for before.
  const since = wrote ? now : (unit.progressingSince ?? now);
  unit.progressingSince = settled ? null : since;
  if (settled) unit.holds.clear();
  const facts: PassFacts = {
    now,
    problem: unit.problem,
    actions: plan.actions,
    diagnostics: plan.diagnostics,
    held,
    applied,
    health,
    notices: [
      ...plan.notices,
      ...scarceNetworks(plan, observation),
      ...(unit.name === clusterUnit ? expiringCertificates(observation, parts) : []),
    ],
    writingPasses: unit.writingPasses,
    progressingSince: unit.progressingSince,
    rolloutTimeoutMs: timeoutOf(unit, parts),
  };
  const outcome = leftAlone(unit, facts, parts) ?? decideOutcome(facts);
  remember(unit, view, parts);
  unit.sync = plan.actions.length === 0 ? 'synced' : 'out-of-sync';
  unit.health = wrote ? 'progressing' : worst;
  const conditions = conditionsOf(facts, unit.conditions);
  if (hasRefusedPrune(conditions) && !hasRefusedPrune(unit.conditions))
    parts.metrics.pruneRefused();
  unit.conditions = conditions;
  const { waitsFor = [] } = plan;
  unit.asks = waitsFor.filter((name) => !unit.waitsFor.includes(name));
  unit.waitsFor = waitsFor;
  unit.resources = resourcesOf(unit.name, plan, view.observation, health, now);
  finishRunAfter(unit, outcome, parts);
  return outcome;
}

function expiringCertificates({ snapshot }: Observation, { certificates }: LoopParts): Notice[] {
  const expiring = certificates.status(snapshot).filter((one) => one.expiring);
  return expiring.map(({ kind, name, message }) => ({
    type: 'CertificateExpiring',
    kind: kind === 'root' ? 'cluster' : 'node',
    name,
    message,
  }));
}

/** What has to outlive this process. */
function remember(
  unit: UnitRecord,
  { plan, world, state, revision }: View,
  parts: LoopParts,
): void {
  const { history } = parts;
  for (const owned of toOwn(plan.objects, plan.actions, world)) history.own(owned, world.now);
  for (const { kind, name } of toDisown(unit.name, plan.objects, world)) {
    history.disown(unit.name, kind, name);
  }
  const isDone = plan.actions.every(({ aside }) => aside);
  const applied = isDone && unit.problem === undefined && !unit.vanished;
  const before = isInBetween(plan) ? null : state.appliedRevision;
  saveApplied(unit, state, applied ? revision : before, parts);
}

/** Something is live for a while that no file says; what puts that right again will be nobody's drift. */
function isInBetween({ actions }: UnitPlan): boolean {
  return actions.some(({ interim }) => interim);
}

function saveApplied(
  unit: UnitRecord,
  state: UnitState,
  appliedRevision: string | null,
  { history }: LoopParts,
): void {
  // A person may have suspended or resumed it while the run was under way.
  const { suspended } = stateOf(history, unit.name);
  const next = { ...state, suspended, appliedRevision };
  const before = JSON.stringify(history.unitState(unit.name));
  if (before !== JSON.stringify(next)) history.saveUnitState(unit.name, next);
}

/** Of the unit's networks those that run out of addresses. */
function scarceNetworks({ objects }: UnitPlan, { scarce }: Observation): Notice[] {
  const found = objects.flatMap(({ kind, name }) => (kind === 'network' && scarce.get(name)) || []);
  return found.map(({ reason: type, name, message }) => ({ type, kind: 'network', name, message }));
}

function timeoutOf(unit: UnitRecord, parts: LoopParts): number {
  const nanoseconds = unit.desired?.options.timeout;
  return nanoseconds === undefined ? parts.rolloutTimeoutMs : nanoseconds / 1e6;
}

function healKey(unit: UnitRecord, object: Action): string {
  return `${unit.name} ${objectKey(object)}`;
}

/** What was found stays as it is, because a person wants it so. */
function leftAlone(unit: UnitRecord, facts: PassFacts, parts: LoopParts): Outcome | undefined {
  const until = facts.now + leftAlonePollMs;
  if (isSuspended(unit, parts.history)) {
    const message = 'Suspended: nothing is written until it is resumed.';
    return { result: 'wait', until, reason: 'Suspended', message };
  }
  if (facts.actions.length === 0) return undefined;
  if (isStandby(parts)) {
    const who = parts.leadership?.holder ?? 'nobody yet';
    const message = `Standing by: ${facts.actions.length} changes are for the Skep that leads (${who}).`;
    return { result: 'wait', until, reason: 'Standby', message };
  }
  if (parts.mode === 'apply') return undefined;
  const message = `Observed only: ${facts.actions.length} changes would be made.`;
  return { result: 'wait', until, reason: 'Observing', message };
}

/** Another Skep writes; this one looks on, and is ready to take over. */
function isStandby({ leadership }: LoopParts): boolean {
  return leadership !== undefined && !leadership.leads();
}

function hasRefusedPrune(conditions: readonly Condition[]): boolean {
  return conditions.some(({ type }) => type === 'PruneRefused');
}

function countRotations({ done, failed }: Applied, { metrics, clock }: LoopParts): void {
  const refused = failed.map(({ action }) => action);
  for (const [actions, result] of [[done, 'done'] as const, [refused, 'failed'] as const]) {
    for (const { name } of actions.filter((one) => one.kind === 'token' && rotates(one))) {
      metrics.tokenRotated(name as RotationSubject, result, clock.now());
    }
  }
}
