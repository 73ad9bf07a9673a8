import type { Database } from 'better-sqlite3';
import type { DatabaseFile } from './database-file.ts';
import type { History } from './history.ts';
import { HistoryError } from './history-error.ts';
import { HistoryPlace, type Stores } from './history-place.ts';

/**
 * A history that outlives trouble of its disk: every call goes to the place where it is kept now. A rotation of a token is not
 * begun while that is the memory, for its record must outlive this process.
 *
 * Throws a HistoryError when only a person can tell what to do about the file; with `refuse`, about any trouble there is.
 */
export function sturdyHistory(
  file: DatabaseFile,
  storesOf: (db: Database) => Stores,
  { refuse }: { refuse: boolean },
): History {
  const place = new HistoryPlace(file, storesOf, refuse);
  return {
    ...throughout(place),
    startRotation(rotation) {
      place.recover();
      if (!place.inMemory) {
        try {
          return place.stores.startRotation(rotation);
        } catch (error) {
          place.leave(error);
        }
      }
      if (!place.inMemory) return place.stores.startRotation(rotation);
      const why = place.problem() ?? '';
      throw new HistoryError('full', `No token is rotated while that cannot be recorded: ${why}`);
    },
    problem: () => place.problem(),
    recover: () => place.recover(),
    close: () => place.close(),
  };
}

/** Every call of a store goes through `use`, which chooses the store. */
function throughout(place: HistoryPlace): Stores {
  type Calls = Record<string, (...args: unknown[]) => unknown>;
  const names = Object.keys(place.stores);
  const calls = names.map((name) => [
    name,
    (...args: unknown[]) => place.use((stores) => (stores as unknown as Calls)[name]?.(...args)),
  ]);
  return Object.fromEntries(calls) as Stores;
}
