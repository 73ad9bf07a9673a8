import type { Action } from '../plan/action.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { Applied, Failure } from './apply-plan.ts';
import type { Held } from './hold-back.ts';
import type { UnitHealth } from './judge-unit.ts';
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
  /** Passes in a row that wrote something, this one included. */
  writingPasses: number;
  progressingSince: number | null;
  rolloutTimeoutMs: number;
};

/** Tasks send no events: a rollout is looked at this often. */
const progressPollMs = 1_000;
const degradedPollMs = 5_000;
const blockedPollMs = 2_000;
const waitingPollMs = 30_000;
const restlessPasses = 5;

/** What a pass came to. Pure; the first of these that holds, in the order of urgency. */
export function decideOutcome(facts: PassFacts): Outcome {
  return (
    failedForNow(facts) ?? wroteSomething(facts) ?? waitsForSomething(facts) ?? stuck(facts) ?? {
      result: 'ready',
    }
  );
}

const curable = ['conflict', 'unavailable', 'already-exists', 'not-found', 'unknown', 'version'];
const environmental = ['locked', 'wrong-node', 'internal'];
const waiting = ['blocked', 'missing-dependency', 'retry-later'];

function failedForNow({ applied, now }: PassFacts): Outcome | undefined {
  const failure = find(applied, [...environmental, ...curable]);
  if (failure !== undefined) {
    return { result: 'retry', reason: reasonOf(failure), message: failure.message };
  }
  const wait = find(applied, waiting);
  return wait && waitFor(now + blockedPollMs, reasonOf(wait), wait.message);
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
  const { held, actions, now } = facts;
  const timed = held.filter(({ until }) => until !== undefined);
  const first = timed.toSorted((a, b) => Number(a.until) - Number(b.until))[0];
  if (first?.until !== undefined) return waitFor(first.until, first.reason, first.message);
  const blocked = actions.find((action) => action.action === 'blocked' && action.waiting);
  if (blocked !== undefined) return waitFor(now + waitingPollMs, 'Blocked', blocked.reason);
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
  if (blocked !== undefined) return stalled('Blocked', blocked.reason);
  const error = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (error !== undefined) return stalled(error.code, error.message);
  const sick = worst(facts.health);
  if (sick !== undefined) return stalled(sick.reason, `${sick.name}: ${sick.message}`);
  return problem === undefined ? undefined : stalled('InvalidFiles', problem);
}

/** The Engine was out of reach before anything could be done. */
export function outcomeOfError(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return { result: 'retry', reason: 'Unavailable', message };
}

/** Swarm stopped by itself and does nothing more until somebody acts. */
function isHeldBySwarm(reason: string): boolean {
  return /paused|roll(ed|ing)?back|rolledback/i.test(reason);
}

function worst(health: UnitHealth) {
  const sick = [...health].filter(([, one]) => one.health !== 'healthy');
  const [name, first] =
    sick.find(([, one]) => one.health === 'progressing') ?? sick[0] ?? [undefined, undefined];
  return first && { name, ...first };
}

function find({ failed }: Applied, classes: string[]): Failure | undefined {
  return failed.find((failure) => classes.includes(failure.class));
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
