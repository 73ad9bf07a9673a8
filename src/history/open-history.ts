import { randomBytes } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { changeStore } from './changes.ts';
import { databaseFile, type DatabaseOptions } from './database-file.ts';
import { deliveryStore } from './deliveries.ts';
import { driftStore } from './drift.ts';
import type { Stores } from './history-place.ts';
import type { History } from './history.ts';
import { idMaker, type MakeId } from './ids.ts';
import { inventoryStore } from './inventory.ts';
import { rotationStore } from './rotations.ts';
import { runStore } from './runs.ts';
import { sturdyHistory } from './sturdy-history.ts';
import { trimmer } from './trim.ts';
import { unitStore } from './units.ts';

export type HistoryOptions = DatabaseOptions & { random?: (bytes: number) => Buffer };

/** Opens the database and brings it up to date. Throws HistoryError, which says what is wrong with it and what to do. */
export function openHistory(options: HistoryOptions): History {
  return open(options, true);
}

/**
 * The same for a daemon, which has more to do than to keep a history: trouble of the disk is borne and told by `problem`.
 * Throws HistoryError when only a person can tell what to do: about a database of a newer Skep, or one that is held.
 */
export function openSturdyHistory(options: HistoryOptions): History {
  return open(options, false);
}

function open({ random = randomBytes, ...options }: HistoryOptions, refuse: boolean): History {
  const makeId = idMaker(random);
  return sturdyHistory(databaseFile(options), (db) => storesOf(db, makeId), { refuse });
}

function storesOf(db: Database, makeId: MakeId): Stores {
  return {
    ...runStore(db, makeId),
    ...changeStore(db, makeId),
    ...driftStore(db, makeId),
    ...inventoryStore(db),
    ...rotationStore(db, makeId),
    ...deliveryStore(db),
    ...unitStore(db),
    ...trimmer(db),
    close() {
      db.close();
    },
  };
}
