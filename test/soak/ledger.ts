import { isDeepStrictEqual } from 'node:util';
import type { RecordedRequest } from '../harness/proxy.ts';
import type { Live } from './live.ts';

/** So long after a node has come back Swarm may still move tasks, in ms. */
const aftermath = 60_000;

/**
 * What had a reason to be written, and whose tasks had one to be restarted, since the last time that everything was as the
 * files say.
 */
export class Ledger {
  readonly #written = new Set<string>();
  readonly #restarted = new Set<string>();
  readonly #least = new Map<string, number>();
  readonly #removedFrom = new Set<string>();
  #nodesUntil = 0;

  /** `service hive_web`, `node m1` or `swarm`. */
  mayWrite(object: string): void {
    this.#written.add(object);
  }

  mayRestart(service: string): void {
    this.mayWrite(`service ${service}`);
    this.#restarted.add(service);
  }

  /** For a time a service should have no more than so many tasks. */
  mayScale(service: string, replicas: number): void {
    this.mayWrite(`service ${service}`);
    this.#least.set(service, Math.min(replicas, this.#least.get(service) ?? replicas));
  }

  /** The files have lost something of a unit, so its guard may ask a person. */
  mayRemove(unit: string): void {
    this.#removedFrom.add(unit);
  }

  removedFrom(unit: string): boolean {
    return this.#removedFrom.has(unit);
  }

  /** Nodes fail, or have failed until now: Swarm moves tasks by itself. */
  nodesFail(): void {
    this.#nodesUntil = performance.now() + aftermath;
  }

  /** Everything is as the files say: from here on other reasons are needed. */
  clear(): void {
    for (const kept of [this.#written, this.#restarted, this.#least, this.#removedFrom]) {
      kept.clear();
    }
  }

  /** What happened without a reason between two looks, in sentences. `began`: when the first was, as performance.now(). */
  unreasonable(before: Live, after: Live, writes: readonly RecordedRequest[], began: number) {
    const moved = began < this.#nodesUntil;
    return [
      ...after.services.keys().flatMap((name) => this.#judgeTasks(name, before, after, moved)),
      ...writes.flatMap((write) => this.#judgeWrite(write, before, after, moved)),
    ];
  }

  #judgeTasks(name: string, before: Live, after: Live, moved: boolean): string[] {
    const [was, is] = [before.services.get(name), after.services.get(name)];
    if (!was || !is || this.#restarted.has(name)) return [];
    if (was.ID !== is.ID) return [`${name} was made anew without a reason`];
    const [then, now] = [before.running(was.ID), after.running(is.ID)];
    const known = new Set(then.map(({ ID }) => ID));
    const started = now.filter(({ ID }) => !known.has(ID));
    const room = now.length - Math.min(then.length, this.#least.get(name) ?? then.length);
    if (started.length <= room) return [];
    const same = started.every(({ Spec }) =>
      then.some((task) => isDeepStrictEqual(task.Spec, Spec)),
    );
    if (moved && same) return [];
    return [`${started.length - room} tasks of ${name} were restarted without a reason`];
  }

  #judgeWrite(
    { method, path }: RecordedRequest,
    before: Live,
    after: Live,
    moved: boolean,
  ): string[] {
    const object = before.nameOf(path) ?? after.nameOf(path);
    if (object === undefined || this.#written.has(object)) return [];
    if (moved && hadNoEffect(object, before, after)) return [];
    return [`${object} was written without a reason: ${method} ${path}`];
  }
}

/**
 * A leader that was elected after a restart shows an older state until it has caught up, and what is written on account of it is
 * refused by its version. Versions of nodes and of the Swarm move by themselves.
 */
function hadNoEffect(object: string, before: Live, after: Live): boolean {
  const [kind, name = ''] = object.split(' ');
  if (kind !== 'service') return true;
  const [was, is] = [before.services.get(name), after.services.get(name)];
  return was !== undefined && was.Version.Index === is?.Version.Index;
}
