import type { History, RotationRow } from '../history/history.ts';
import type { Write } from '../plan/action.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import type { Engine } from '../swarm/engine.ts';
import { EngineError, isEngineError } from '../swarm/errors.ts';
import type { SwarmSpec } from '../swarm/types.ts';
import {
  type Fingerprints,
  keyFingerprint,
  tokenFingerprints,
} from '../tokens/live-fingerprints.ts';
import { readRotationLabels, writeRotationLabels } from '../tokens/rotation-labels.ts';
import type { Clock } from './clock.ts';

type SwarmUpdate = Extract<Write, { call: 'swarm.update' }>;
/** Why something is rotated: its schedule (the slot is in the labels that are written), or a person. */
export type RotationCause = { trigger: string; scheduled: boolean };
/** The Swarm's spec, and fingerprints of what is live. */
type Seen = { spec: SwarmSpec; live: Fingerprints };
const readBackTries = 20;
const readBackMs = 500;

type Parts = { engine: Engine; history: History; clock: Clock };

/**
 * Sends an update of the Swarm that rotates tokens or the unlock key. The moment of each rotation goes into the Swarm's
 * labels with the same call, and is in the history before it: so anybody can tell afterwards, whatever became of the
 * answer or of this process, whether this rotation took place. Returns the rows of the history; rejects when something
 * was not rotated, or when nobody can tell yet.
 */
export async function sendRotation(
  write: SwarmUpdate,
  cause: RotationCause,
  { engine, history, clock }: Parts,
): Promise<RotationRow[]> {
  const subjects = subjectsOf(write);
  const before = await look(engine, subjects);
  settleRotations(history, before, clock.now(), () => false);
  const at = clock.now();
  const rows = subjects.map((role) => begin(role, at, { write, cause, before }, history));
  const spec = withMoment(write.spec, rows);
  const failure = await failureOf(engine.updateSwarm(write.version, spec, write.rotate));
  if (failure !== undefined && isRefusal(failure)) {
    const error = failure.message;
    for (const { id } of rows) {
      history.finishRotation(id, { at: clock.now(), result: 'failed', error });
    }
    throw failure;
  }
  const seen = failure ? await look(engine, subjects) : await readBack(rows, engine, clock);
  const ended = rows.map((row) => settle(row, seen, clock.now(), history));
  const undone = ended.filter(({ result }) => result !== 'done');
  if (undone.length > 0) {
    const names = undone.map(({ role }) =>
      role === 'unlock-key' ? 'unlock key' : `${role} token`,
    );
    const message = `the ${names.join(' and the ')} was not rotated`;
    throw failure ?? new EngineError(message, { class: 'unknown' });
  }
  return ended;
}

/**
 * Finishes rows whose end was never seen, of those whose live fingerprint is given. What took place the Swarm's labels tell
 * at any time, and another token by somebody else means that ours came too late. That a call was lost is only sure when
 * `isOver` says so: as long as the token is the one of before, it may still be carried out.
 */
export function settleRotations(
  history: History,
  seen: Seen,
  at: number,
  isOver: (row: RotationRow) => boolean,
): void {
  for (const row of history.openRotations()) settle(row, seen, at, history, isOver(row));
  // A leader that has only just been elected may have shown an older Swarm when these were given up.
  const { items } = history.rotations({ limit: 20 });
  for (const row of items.filter(({ result }) => result === 'failed')) {
    if (tookPlace(row, seen.spec)) settle(row, seen, at, history);
  }
}

/** Rows of rotations whose end was not seen and can be told now. */
export function openRotations(
  history: History,
  { spec }: Pick<Seen, 'spec'>,
  isOver: (row: RotationRow) => boolean,
): RotationRow[] {
  return history.openRotations().filter((row) => tookPlace(row, spec) || isOver(row));
}

function begin(
  role: RotationSubject,
  at: number,
  about: { write: SwarmUpdate; cause: RotationCause; before: Seen },
  history: History,
): RotationRow {
  const { scheduled, trigger } = about.cause;
  const labels = readRotationLabels(about.write.spec.Labels, role);
  const slot = scheduled ? (labels.slot ?? null) : null;
  const start = { role, slot, trigger, before: about.before.live.get(role) ?? '' };
  const id = history.startRotation({ ...start, at });
  return {
    ...start,
    id,
    startedAt: at,
    finishedAt: null,
    result: 'running',
    after: null,
    error: null,
  };
}

function withMoment(spec: SwarmSpec, rows: readonly RotationRow[]): SwarmSpec {
  const moments = rows.map(({ role, startedAt }) =>
    writeRotationLabels(role, { rotatedAt: startedAt }),
  );
  return { ...spec, Labels: Object.assign({ ...spec.Labels }, ...moments) };
}

function tookPlace({ role, startedAt }: RotationRow, spec: SwarmSpec): boolean {
  return readRotationLabels(spec.Labels, role).rotatedAt === startedAt;
}

function settle(
  row: RotationRow,
  seen: Seen,
  at: number,
  history: History,
  isOver = false,
): RotationRow {
  const after = seen.live.get(row.role);
  const isDone = tookPlace(row, seen.spec);
  if (after === undefined || (after === row.before && !isDone && !isOver)) return row;
  const error = errorOf(row, after, isDone);
  if (error === undefined) {
    history.finishRotation(row.id, { at, result: 'done', after });
    return { ...row, finishedAt: at, result: 'done', after };
  }
  history.finishRotation(row.id, { at, result: 'failed', error });
  return { ...row, finishedAt: at, result: 'failed', error };
}

/** The Engine takes a rotation of the unlock key without a word when there is none. */
function errorOf(row: RotationRow, after: string, isDone: boolean): string | undefined {
  if (after === '') return 'Autolock is off, and there is no key.';
  if (after === row.before) return 'It stayed the same.';
  return isDone ? undefined : 'Somebody else rotated it meanwhile.';
}

async function look(engine: Engine, subjects: readonly RotationSubject[]): Promise<Seen> {
  const swarm = await engine.swarm();
  const live = new Map(tokenFingerprints(swarm));
  if (subjects.includes('unlock-key')) live.set('unlock-key', await keyFingerprint(engine));
  return { spec: swarm.Spec, live };
}

/** What was answered well has been done; a leader that was elected since may take a moment to show it. */
async function readBack(rows: readonly RotationRow[], engine: Engine, clock: Clock): Promise<Seen> {
  const subjects = rows.map(({ role }) => role);
  for (let tries = 1; ; tries += 1) {
    const seen = await look(engine, subjects);
    if (tries === readBackTries || rows.every((row) => tookPlace(row, seen.spec))) return seen;
    await clock.sleep(readBackMs);
  }
}

function subjectsOf({ rotate }: SwarmUpdate): RotationSubject[] {
  const { worker, manager, unlockKey } = rotate ?? {};
  return [
    ...(worker ? (['worker'] as const) : []),
    ...(manager ? (['manager'] as const) : []),
    ...(unlockKey ? (['unlock-key'] as const) : []),
  ];
}

/** An answer that proves that nothing was done. */
function isRefusal(failure: Error): boolean {
  return !isEngineError(failure, 'unavailable') && !isEngineError(failure, 'unknown');
}

async function failureOf(call: Promise<void>): Promise<Error | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
