import type { History, RotationRow } from '../history/history.ts';
import { lastSlot } from '../kinds/token.ts';
import type { Write } from '../plan/action.ts';
import type { TokenRole } from '../spec/cluster.ts';
import type { Engine } from '../swarm/engine.ts';
import { EngineError, isEngineError } from '../swarm/errors.ts';
import type { Swarm } from '../swarm/types.ts';
import { fingerprint } from '../tokens/fingerprint.ts';
import type { Clock } from './clock.ts';

type SwarmUpdate = Extract<Write, { call: 'swarm.update' }>;
/** Why a token is rotated: its schedule (the slot is in the labels that are written), or a person. */
export type RotationCause = { trigger: string; scheduled: boolean };
type Parts = { engine: Engine; history: History; clock: Clock };

/**
 * Sends an update of the Swarm that rotates tokens. The fingerprint before is in the history before the call: with the
 * live token it tells afterwards, whatever became of the answer or of this process, whether the rotation took place.
 * Returns the rows' IDs; rejects when a token was not rotated, or when nobody can tell yet.
 */
export async function sendRotation(
  write: SwarmUpdate,
  cause: RotationCause,
  { engine, history, clock }: Parts,
): Promise<string[]> {
  const before = await engine.swarm();
  const rows = rolesOf(write).map((role) => {
    const at = clock.now();
    const slot = cause.scheduled ? (lastSlot({ Spec: write.spec }, role) ?? null) : null;
    const start = { role, slot, trigger: cause.trigger, at };
    return { role, id: history.startRotation({ ...start, before: tokenOf(before, role) }) };
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
  settleRotations(history, await engine.swarm(), clock.now(), isOurs);
  const undone = rows.filter(({ role, id }) => !isDone(history, role, id));
  if (undone.length > 0) {
    const roles = undone.map(({ role }) => role).join(' and ');
    throw failure ?? new EngineError(`the ${roles} token was not rotated`, { class: 'unknown' });
  }
  return rows.map(({ id }) => id);
}

/**
 * Finishes rows whose end was never seen, by comparing the token of then with the token of now. Only what `isOver` says may be
 * finished: others may still be under way.
 */
export function settleRotations(
  history: History,
  swarm: Swarm,
  at: number,
  isOver: (row: RotationRow) => boolean,
): void {
  const { items } = history.rotations({ limit: 20 });
  const open = items.filter((row) => row.finishedAt === null && isOver(row));
  for (const { id, role, before } of open) {
    const after = tokenOf(swarm, role);
    if (after === before) {
      history.finishRotation(id, { at, result: 'failed', error: 'The token stayed the same.' });
    } else {
      history.finishRotation(id, { at, result: 'done', after });
    }
  }
}

/** Fingerprint of a role's live token. */
export function tokenOf(swarm: Swarm, role: TokenRole): string {
  const { Worker, Manager } = swarm.JoinTokens;
  return fingerprint(role === 'worker' ? Worker : Manager);
}

function rolesOf({ rotate }: SwarmUpdate): TokenRole[] {
  return (['worker', 'manager'] as const).filter((role) => rotate?.[role] === true);
}

function isDone(history: History, role: TokenRole, id: string): boolean {
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
