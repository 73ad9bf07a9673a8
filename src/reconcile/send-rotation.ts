import type { History, RotationRow } from '../history/history.ts';
import { fingerprintOf } from '../kinds/token.ts';
import type { Write } from '../plan/action.ts';
import type { TokenRole } from '../spec/cluster.ts';
import type { Engine } from '../swarm/engine.ts';
import { EngineError, isEngineError } from '../swarm/errors.ts';
import type { Swarm, SwarmSpec } from '../swarm/types.ts';
import { readRotationLabels, writeRotationLabels } from '../tokens/rotation-labels.ts';
import type { Clock } from './clock.ts';

type SwarmUpdate = Extract<Write, { call: 'swarm.update' }>;
/** Why a token is rotated: its schedule (the slot is in the labels that are written), or a person. */
export type RotationCause = { trigger: string; scheduled: boolean };
const readBackTries = 20;
const readBackMs = 500;

type Parts = { engine: Engine; history: History; clock: Clock };

/**
 * Sends an update of the Swarm that rotates tokens. The moment of each rotation goes into the Swarm's labels with the same
 * call, and is in the history before it: so anybody can tell afterwards, whatever became of the answer or of this
 * process, whether this rotation took place. Returns the rows of the history; rejects when a token was not rotated, or
 * when nobody can tell yet.
 */
export async function sendRotation(
  write: SwarmUpdate,
  cause: RotationCause,
  { engine, history, clock }: Parts,
): Promise<RotationRow[]> {
  const before = await engine.swarm();
  settleRotations(history, before, clock.now(), () => false);
  const at = clock.now();
  const rows = rolesOf(write).map((role) => begin(role, at, { write, cause, before }, history));
  const spec = withMoment(write.spec, rows);
  const failure = await failureOf(engine.updateSwarm(write.version, spec, write.rotate));
  if (failure !== undefined && isRefusal(failure)) {
    const error = failure.message;
    for (const { id } of rows) {
      history.finishRotation(id, { at: clock.now(), result: 'failed', error });
    }
    throw failure;
  }
  const swarm = failure ? await engine.swarm() : await readBack(rows, engine, clock);
  const ended = rows.map((row) => settle(row, swarm, clock.now(), history));
  const undone = ended.filter(({ result }) => result !== 'done');
  if (undone.length > 0) {
    const roles = undone.map(({ role }) => role).join(' and ');
    throw failure ?? new EngineError(`the ${roles} token was not rotated`, { class: 'unknown' });
  }
  return ended;
}

/**
 * Finishes rows whose end was never seen. What took place the Swarm's labels tell at any time, and another token by
 * somebody else means that ours came too late. That a call was lost is only sure when `isOver` says so: as long as
 * the token is the one of before, it may still be carried out.
 */
export function settleRotations(
  history: History,
  swarm: Swarm,
  at: number,
  isOver: (row: RotationRow) => boolean,
): void {
  for (const row of history.openRotations()) settle(row, swarm, at, history, isOver(row));
  // A leader that has only just been elected may have shown an older Swarm when these were given up.
  const { items } = history.rotations({ limit: 20 });
  for (const row of items.filter(({ result }) => result === 'failed')) {
    if (tookPlace(row, swarm)) settle(row, swarm, at, history);
  }
}

function begin(
  role: TokenRole,
  at: number,
  about: { write: SwarmUpdate; cause: RotationCause; before: Swarm },
  history: History,
): RotationRow {
  const { scheduled, trigger } = about.cause;
  const labels = readRotationLabels(about.write.spec.Labels, role);
  const slot = scheduled ? (labels.slot ?? null) : null;
  const start = { role, slot, trigger, before: fingerprintOf(about.before, role) };
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

function tookPlace({ role, startedAt }: RotationRow, swarm: Swarm): boolean {
  return readRotationLabels(swarm.Spec.Labels, role).rotatedAt === startedAt;
}

function settle(
  row: RotationRow,
  swarm: Swarm,
  at: number,
  history: History,
  isOver = false,
): RotationRow {
  const live = fingerprintOf(swarm, row.role);
  if (tookPlace(row, swarm)) {
    history.finishRotation(row.id, { at, result: 'done', after: live });
    return { ...row, finishedAt: at, result: 'done', after: live };
  }
  const isSame = live === row.before;
  if (isSame && !isOver) return row;
  const error = isSame ? 'The token stayed the same.' : 'Somebody else rotated it meanwhile.';
  history.finishRotation(row.id, { at, result: 'failed', error });
  return { ...row, finishedAt: at, result: 'failed', error };
}

/** What was answered well has been done; a leader that was elected since may take a moment to show it. */
async function readBack(
  rows: readonly RotationRow[],
  engine: Engine,
  clock: Clock,
): Promise<Swarm> {
  for (let tries = 1; ; tries += 1) {
    const swarm = await engine.swarm();
    if (tries === readBackTries || rows.every((row) => tookPlace(row, swarm))) return swarm;
    await clock.sleep(readBackMs);
  }
}

function rolesOf({ rotate }: SwarmUpdate): TokenRole[] {
  return (['worker', 'manager'] as const).filter((role) => rotate?.[role] === true);
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
