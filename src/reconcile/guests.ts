import type { Snapshot } from '../swarm/snapshot.ts';
import type { Failure } from './apply-plan.ts';

/**
 * Networks that containers of no service use ("docker run" on an attachable network). The Engine lists these nowhere, and
 * tells of one only when it refuses to remove the network; then services have been detached for nothing, which is not
 * done again before a person asks for it or the files change.
 */
export class Guests {
  readonly #found = new Map<string, { unit: string; task: string }>();

  /** The task that the Engine named, by the network's ID. */
  get tasks(): ReadonlyMap<string, string> {
    return new Map([...this.#found].map(([network, { task }]) => [network, task]));
  }

  note(failed: readonly Failure[], { tasks }: Pick<Snapshot, 'tasks'>): void {
    for (const { action, message } of failed) {
      const [write] = action.writes;
      const task = /in use by task (\w+)/.exec(message)?.[1];
      if (write?.call !== 'network.remove' || task === undefined) continue;
      if (!tasks.some(({ ID }) => ID === task)) {
        this.#found.set(write.id, { unit: action.unit, task });
      }
    }
  }

  /** Forgets what was found of the unit's networks. */
  reset(unit: string): void {
    for (const [network, found] of this.#found) {
      if (found.unit === unit) this.#found.delete(network);
    }
  }
}
