import { EngineError } from '../swarm/errors.ts';
import type { Snapshot } from '../swarm/snapshot.ts';

/** So long an older view is a leader that catches up; after that it is a Swarm that was put back from a backup. */
const catchUpMs = 60_000;

/**
 * Keeps what was read from being older than what was read before. Reads are answered from the memory of whoever leads,
 * and a manager that is elected right after its start leads before it has applied all that was agreed on:
 * https://github.com/moby/swarmkit/blob/master/manager/state/raft/raft.go
 */
export class ViewGuard {
  #seen: ReadonlyMap<string, number> = new Map();
  #olderSince: number | undefined;

  /** To be shown every view, in the order of reading. Throws an `unavailable` EngineError when one is older. */
  check(view: Snapshot, now: number): void {
    const versions = versionsOf(view);
    if (isOlder(versions, this.#seen)) {
      this.#olderSince ??= now;
      if (now - this.#olderSince < catchUpMs) throw olderView();
    }
    this.#olderSince = undefined;
    this.#seen = versions;
  }
}

function versionsOf({ swarm, nodes, services, configs, secrets }: Snapshot): Map<string, number> {
  const objects = [swarm, ...nodes, ...services, ...configs, ...secrets];
  return new Map(objects.map(({ ID, Version }) => [ID, Version.Index]));
}

/** Versions only ever grow, so one that is lower is proof. */
function isOlder(versions: Map<string, number>, seen: ReadonlyMap<string, number>): boolean {
  return [...versions].some(([id, index]) => index < (seen.get(id) ?? 0));
}

function olderView(): EngineError {
  return new EngineError(
    'the Swarm shows an older state than it did before: its leader has not caught up yet',
    { class: 'unavailable' },
  );
}
