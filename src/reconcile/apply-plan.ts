import type { DesiredObject } from '../desired/desired.ts';
import type { History } from '../history/history.ts';
import { kinds } from '../kinds/index.ts';
import type { OwnedObject, World } from '../kinds/kind.ts';
import { MissingName, namesIn, type NameIds } from '../kinds/name-ids.ts';
import { type AuthFor, sendWrite } from '../kinds/send-write.ts';
import { type Action, rotates, type Write } from '../plan/action.ts';
import type { Engine } from '../swarm/engine.ts';
import { type ErrorClass, isEngineError } from '../swarm/errors.ts';
import type { Clock } from './clock.ts';
import { forEachLimited } from './for-each-limited.ts';
import type { Newsroom } from './news.ts';
import { objectKey } from './object-key.ts';
import { type RotationCause, sendRotation } from './send-rotation.ts';
import { gone, networkAllocated } from './wait-for.ts';

export type Failure = { action: Action; class: ErrorClass | 'internal'; message: string };
export type Applied = { done: Action[]; failed: Failure[] };

/** Everything that writing one plan needs. */
type WriteSession = {
  engine: Engine;
  world: World;
  objects: readonly DesiredObject[];
  history: History;
  /** Row of the run in the history. */
  run: string;
  clock: Clock;
  auth: AuthFor | undefined;
  writesAtOnce: number;
  news: Newsroom;
  rotation: RotationCause;
  /** Aborted: what is under way ends, nothing new is sent. */
  signal: AbortSignal;
};

/**
 * Sends a plan, stage by stage. A write that fails stops neither the others of its stage nor later ones that do not
 * need it, but nothing is deleted any more; a moved version or an Engine out of reach ends the pass.
 */
export async function applyPlan(stages: Action[][], session: WriteSession): Promise<Applied> {
  const applied: Applied = { done: [], failed: [] };
  const names = namesWithNew(namesIn(session.world.snapshot));
  for (const stage of stages) {
    if (session.signal.aborted || applied.failed.some(endsPass)) break;
    const sendable = stage.filter(
      (action) => action.action !== 'delete' || applied.failed.length === 0,
    );
    await forEachLimited(sendable, session.writesAtOnce, async (action) => {
      const failure = await applyAction(action, session, names);
      if (failure === undefined) applied.done.push(action);
      else applied.failed.push(failure);
    });
  }
  return applied;
}

function endsPass(failure: Failure): boolean {
  const moved: Failure['class'][] = ['conflict', 'not-leading'];
  return moved.includes(failure.class) || isOutOfReach(failure);
}

function isOutOfReach(failure: Failure): boolean {
  const classes: Failure['class'][] = ['unavailable', 'wrong-node', 'locked'];
  return classes.includes(failure.class);
}

/** One row in the history: written before the first call, finished after the last. */
async function applyAction(
  action: Action,
  session: WriteSession,
  names: NewNames,
): Promise<Failure | undefined> {
  const { history, clock, run } = session;
  const { kind, name, reason, changes } = action;
  const row = history.startChange(run, {
    kind,
    name,
    action: action.action,
    reason,
    changes,
    at: clock.now(),
  });
  try {
    await sendWrites(action, session, names);
    history.finishChange(row, { at: clock.now(), result: 'done' });
    tell(action, 'done', session);
    return undefined;
  } catch (error) {
    const failure = failureOf(action, error);
    const result = isUncertain(failure) ? 'unknown' : 'failed';
    history.finishChange(row, { at: clock.now(), result, error: failure.message });
    tell(action, result, session, failure.message);
    return failure;
  }
}

function tell(action: Action, result: string, { news, run }: WriteSession, error?: string): void {
  const { unit, kind, name } = action;
  const data = { run, action: action.action, kind, name, result };
  news.tell('change.finished', unit, error === undefined ? data : { ...data, error });
  const isRotation = action.kind === 'token' && rotates(action);
  if (isRotation && result === 'done') news.tell('token.rotated', unit, { role: name });
}

async function sendWrites(action: Action, session: WriteSession, names: NewNames): Promise<void> {
  const { engine, clock, signal } = session;
  let id: string | undefined;
  // Until there is a new one, nothing may be attached to what is about to go.
  if (action.action === 'replace') names.forget(action);
  for (const [at, write] of action.writes.entries()) {
    const before = action.writes[at - 1];
    if (before !== undefined) await gone(engine, before, clock, signal);
    id = (await claimed(action, session, () => send(write, session, names))) ?? id;
    if (id !== undefined) names.add(write, id);
    if (at === action.writes.length - 1) rememberOwner(action, id, session);
    if (write.call === 'network.create' && id !== undefined) {
      await networkAllocated(engine, id, clock, signal);
    }
  }
}

async function send(
  write: Write,
  session: WriteSession,
  names: NameIds,
): Promise<string | undefined> {
  if (write.call === 'swarm.update' && write.rotate !== undefined) {
    await sendRotation(write, session.rotation, session);
    return undefined;
  }
  return (await sendWrite(session.engine, write, names, session.auth)).id;
}

/**
 * What is about to be made is in the inventory before the call, so that a crash in between leaves nothing that nobody
 * owns. An answer that it was not made takes it out again.
 */
async function claimed<T>(
  action: Action,
  session: WriteSession,
  make: () => Promise<T>,
): Promise<T> {
  const { history, clock } = session;
  const owned = action.action === 'create' ? ownedBy(action, session) : undefined;
  const isNew = owned !== undefined && history.claim(owned, clock.now());
  try {
    return await make();
  } catch (error) {
    const sure = !isUncertain(failureOf(action, error));
    if (isNew && sure) history.disown(owned.unit, owned.kind, owned.name);
    throw error;
  }
}

/** The inventory follows each confirmed write at once, before anything is waited for. */
function rememberOwner(action: Action, id: string | undefined, session: WriteSession): void {
  const { history, clock } = session;
  if (action.action === 'delete') return history.disown(action.unit, action.kind, action.name);
  const owned = ownedBy(action, session);
  if (owned === undefined) return;
  if (action.interim) owned.state = { ...owned.state, hash: null };
  history.own(id === undefined ? owned : { ...owned, id }, clock.now());
}

function ownedBy(action: Action, { objects, world }: WriteSession): OwnedObject | undefined {
  const object = objects.find((one) => objectKey(one) === objectKey(action));
  return object && kinds[action.kind].own?.(object, world);
}

function failureOf(action: Action, error: unknown): Failure {
  if (isEngineError(error)) return { action, class: error.class, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const missing = error instanceof MissingName;
  return { action, class: missing ? 'missing-dependency' : 'internal', message };
}

/** The call may have taken effect all the same. */
function isUncertain(failure: Failure): boolean {
  return failure.class === 'unavailable' || failure.class === 'unknown';
}

type NewNames = NameIds & {
  add(write: Write, id: string): void;
  forget(gone: Pick<Action, 'kind' | 'name'>): void;
};

/** The IDs of a snapshot and of what is made on top of it. */
function namesWithNew(known: NameIds): NewNames {
  const made = new Map<string, string>();
  const gone = new Set<string>();
  const idOf = (kind: keyof NameIds, name: string) => {
    const key = `${kind}/${name}`;
    return made.get(key) ?? (gone.has(key) ? undefined : known[kind](name));
  };
  return {
    network: (name) => idOf('network', name),
    config: (name) => idOf('config', name),
    secret: (name) => idOf('secret', name),
    forget: ({ kind, name }) => void gone.add(`${kind}/${name}`),
    add(write, id) {
      if (!('spec' in write) || write.spec.Name === undefined) return;
      made.set(`${write.call.split('.')[0]}/${write.spec.Name}`, id);
    },
  };
}
