import { replacing } from '../kinds/make-action.ts';
import type { Action } from '../plan/action.ts';
import type { Notice } from '../plan/notice.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import { isEngineError } from '../swarm/errors.ts';
import type { Applied, Failure } from './apply-plan.ts';
import type { Held } from './hold-back.ts';
import type { UnitHealth } from './judge-unit.ts';
import { parseObjectKey } from './object-key.ts';
import type { Outcome } from './outcome.ts';

/** What one pass over a unit found and did. */
export type PassFacts = {
  now: number;
  problem: string | undefined;
  actions: readonly Action[];
  diagnostics: readonly Diagnostic[];
  held: readonly Held[];
  applied: Applied;
  health: UnitHealth;
  /** What is told and holds nothing up. */
  notices: readonly Notice[];
  /** Passes in a row that wrote something, this one included. */
  writingPasses: number;
  progressingSince: number | null;
  rolloutTimeoutMs: number;
};

/** Tasks send no events: a rollout is looked at this often. */
const progressPollMs = 1_000;
const degradedPollMs = 5_000;
/** Waiting for something else: looked at after as long again as it has lasted, within these. */
const waitingPollMs = { shortest: 1_000, longest: 30_000 };
const restlessPasses = 5;

/** What a pass came to. Pure; the first of these that holds, in the order of urgency. */
export function decideOutcome(facts: PassFacts): Outcome {
  return (
    failedForNow(facts) ??
    wroteSomething(facts) ??
    waitsForSomething(facts) ??
    stuck(facts) ??
    interrupted(facts) ?? { result: 'ready' }
  );
}

const final: Failure['class'][] = ['invalid', 'refused'];

function failedForNow({ applied }: PassFacts): Outcome | undefined {
  const failure = applied.failed.find((one) => !final.includes(one.class));
  return failure && { result: 'retry', reason: reasonOf(failure), message: failure.message };
}

/** Only a pass that finds nothing to do proves that the last one worked. */
function wroteSomething({ applied, writingPasses, now }: PassFacts): Outcome | undefined {
  if (applied.done.length === 0) return undefined;
  if (writingPasses < restlessPasses) {
    return waitFor(now, 'Verifying', `${applied.done.length} changes were made.`);
  }
  const names = applied.done.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return {
    result: 'retry',
    reason: 'NotConverging',
    message: `The same objects differ again after each change: ${names}.`,
  };
}

function waitsForSomething(facts: PassFacts): Outcome | undefined {
  const { held, actions, now, progressingSince } = facts;
  const timed = held.filter(({ until }) => until !== undefined);
  const first = timed.toSorted((a, b) => Number(a.until) - Number(b.until))[0];
  if (first?.until !== undefined) return waitFor(first.until, first.reason, first.message);
  const blocked = actions.find((action) => action.action === 'blocked' && action.waiting);
  if (blocked !== undefined) {
    const { shortest } = waitingPollMs;
    // Services are without a network that long.
    const longest = blocked.condition === replacing ? degradedPollMs : waitingPollMs.longest;
    const lasted = now - (progressingSince ?? now);
    if (blocked.condition === replacing && lasted >= facts.rolloutTimeoutMs) {
      return stalled('RolloutTimeout', blocked.reason);
    }
    const until = now + Math.min(longest, Math.max(shortest, lasted));
    return waitFor(until, blocked.condition ?? 'Blocked', blocked.reason);
  }
  return rollingOut(facts);
}

function rollingOut(facts: PassFacts): Outcome | undefined {
  const { now, progressingSince, rolloutTimeoutMs } = facts;
  const sick = worst(facts.health);
  if (sick === undefined || isHeldBySwarm(sick.reason)) return undefined;
  const message = `${sick.name}: ${sick.message}`;
  if (progressingSince !== null && now - progressingSince >= rolloutTimeoutMs) {
    return { result: 'stalled', reason: 'RolloutTimeout', message };
  }
  const poll = sick.health === 'progressing' ? progressPollMs : degradedPollMs;
  return waitFor(now + poll, sick.reason, message);
}

function stuck(facts: PassFacts): Outcome | undefined {
  const { applied, actions, held, problem, diagnostics } = facts;
  const failure = applied.failed[0];
  if (failure !== undefined) return stalled(reasonOf(failure), failure.message);
  const rejected = held[0];
  if (rejected !== undefined) return stalled(rejected.reason, rejected.message);
  const blocked = actions.find((action) => action.action === 'blocked');
  if (blocked !== undefined) return stalled(blocked.condition ?? 'Blocked', blocked.reason);
  const error = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (error !== undefined) return stalled(error.code, error.message);
  const sick = worst(facts.health);
  if (sick !== undefined) return stalled(sick.reason, `${sick.name}: ${sick.message}`);
  return problem === undefined ? undefined : stalled('InvalidFiles', problem);
}

/** A newer wish, or the end of Skep, came in between. */
function interrupted({ actions, applied, now }: PassFacts): Outcome | undefined {
  const unsent = actions.filter((action) => !applied.done.includes(action));
  return unsent.length === 0
    ? undefined
    : waitFor(now, 'Interrupted', `${unsent.length} changes were not sent.`);
}

/** The Engine was out of reach before anything could be done. */
export function outcomeOfError(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  if (isEngineError(error, 'wrong-node')) {
    const remedy = 'Connect Skep to a manager (--host), or make this node one again.';
    return { result: 'retry', reason: 'WrongNode', message: `${message} ${remedy}` };
  }
  return { result: 'retry', reason: 'Unavailable', message };
}

/** Nothing more happens to the unit by itself. */
export function isAtRest(outcome: Outcome): boolean {
  if (outcome.result === 'wait') return outcome.reason === 'Suspended';
  return outcome.result !== 'retry';
}

/** Swarm has stopped and does nothing more until somebody acts. */
function isHeldBySwarm(reason: string): boolean {
  return ['RolloutPaused', 'RollbackPaused', 'RolledBack', 'TaskFailed'].includes(reason);
}

function worst(health: UnitHealth) {
  const sick = [...health].filter(([, one]) => one.health !== 'healthy');
  const found = sick.find(([, one]) => one.health === 'progressing') ?? sick[0];
  return found && { name: parseObjectKey(found[0]).name, ...found[1] };
}

function waitFor(until: number, reason: string, message: string): Outcome {
  return { result: 'wait', until, reason, message };
}

function stalled(reason: string, message: string): Outcome {
  return { result: 'stalled', reason, message };
}

/** `missing-dependency` becomes `MissingDependency`. */
function reasonOf(failure: Failure): string {
  return failure.class.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}
