import type { History, RotationRow } from '../history/history.ts';
import { lastSlot } from '../kinds/token.ts';
import type { Write } from '../plan/action.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import type { Engine } from '../swarm/engine.ts';
import { EngineError, isEngineError } from '../swarm/errors.ts';
import { type Fingerprints, readFingerprints } from '../tokens/live-fingerprints.ts';
import type { Clock } from './clock.ts';

type SwarmUpdate = Extract<Write, { call: 'swarm.update' }>;
/** Why something is rotated: its schedule (the slot is in the labels that are written), or a person. */
export type RotationCause = { trigger: string; scheduled: boolean };
type Parts = { engine: Engine; history: History; clock: Clock };

/**
 * Sends an update of the Swarm that rotates tokens or the unlock key. The fingerprint before is in the history before the
 * call: with the live one it tells afterwards, whatever became of the answer or of this process, whether the rotation took
 * place. Returns the rows' IDs; rejects when something was not rotated, or when nobody can tell yet.
 */
export async function sendRotation(
  write: SwarmUpdate,
  cause: RotationCause,
  { engine, history, clock }: Parts,
): Promise<string[]> {
  const subjects = subjectsOf(write);
  const fingerprints = await readFingerprints(engine, subjects);
  const rows = subjects.map((role) => {
    const at = clock.now();
    const slot = cause.scheduled ? (lastSlot({ Spec: write.spec }, role) ?? null) : null;
    const before = fingerprints.get(role) ?? '';
    return { role, id: history.startRotation({ role, slot, trigger: cause.trigger, at, before }) };
  });
  const failure = await failureOf(engine.updateSwarm(write.version, write.spec, write.rotate));
  if (failure !== undefined && isRefusal(failure)) {
    const error = failure.message;
    for (const { id } of rows) {
      history.finishRotation(id, { at: clock.now(), result: 'failed', error });
    }
    throw failure;
  }
  const isOurs = ({ id }: RotationRow) => rows.some((row) => row.id === id);
  settleRotations(history, await readFingerprints(engine, subjects), clock.now(), isOurs);
  const undone = rows.filter(({ role, id }) => !isDone(history, role, id));
  if (undone.length > 0) {
    const names = undone.map(({ role }) =>
      role === 'unlock-key' ? 'unlock key' : `${role} token`,
    );
    const message = `the ${names.join(' and the ')} was not rotated`;
    throw failure ?? new EngineError(message, { class: 'unknown' });
  }
  return rows.map(({ id }) => id);
}

/**
 * Finishes rows whose end was never seen, by comparing what was live then with what is live now, of those whose
 * fingerprint is given. Only what `isOver` says may be finished: others may still be under way.
 */
export function settleRotations(
  history: History,
  fingerprints: Fingerprints,
  at: number,
  isOver: (row: RotationRow) => boolean,
): void {
  for (const { id, role, before } of openRotations(history, isOver)) {
    const after = fingerprints.get(role);
    if (after === undefined) continue;
    if (after === before || after === '') {
      const error = after === '' ? 'Autolock is off, and there is no key.' : 'It stayed the same.';
      history.finishRotation(id, { at, result: 'failed', error });
    } else {
      history.finishRotation(id, { at, result: 'done', after });
    }
  }
}

/** Rows of rotations whose end was not seen and that are over. */
export function openRotations(
  history: History,
  isOver: (row: RotationRow) => boolean,
): RotationRow[] {
  const { items } = history.rotations({ limit: 20 });
  return items.filter((row) => row.finishedAt === null && isOver(row));
}

function subjectsOf({ rotate }: SwarmUpdate): RotationSubject[] {
  const { worker, manager, unlockKey } = rotate ?? {};
  return [
    ...(worker ? (['worker'] as const) : []),
    ...(manager ? (['manager'] as const) : []),
    ...(unlockKey ? (['unlock-key'] as const) : []),
  ];
}

function isDone(history: History, role: RotationSubject, id: string): boolean {
  return history
    .rotations({ role, limit: 20 })
    .items.some((row) => row.id === id && row.result === 'done');
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
