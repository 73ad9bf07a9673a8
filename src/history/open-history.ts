import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import type { Clock } from '../reconcile/clock.ts';
import { changeStore } from './changes.ts';
import { deliveryStore } from './deliveries.ts';
import { driftStore } from './drift.ts';
import { explainFileError } from './history-error.ts';
import type { History } from './history.ts';
import { idMaker, type MakeId } from './ids.ts';
import { inventoryStore } from './inventory.ts';
import { migrate } from './migrate.ts';
import { rotationStore } from './rotations.ts';
import { runStore } from './runs.ts';
import { type Stores, sturdyHistory } from './sturdy-history.ts';
import { trimmer } from './trim.ts';
import { unitStore } from './units.ts';

export type HistoryOptions = {
  /** The database; it and its directory are made when they are not there. */
  file: string;
  /** The directory of the numbered .sql files. */
  migrations: string;
  clock: Pick<Clock, 'now'>;
  random?: (bytes: number) => Buffer;
};

/** Opens the database and brings it up to date. Throws HistoryError, which says what is wrong with it and what to do. */
export function openHistory(options: HistoryOptions): History {
  let db: Database | undefined;
  try {
    mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
    db = openDatabase(options.file);
    migrate(db, options.migrations, options.clock.now());
    assertUndamaged(db);
    const makeId = idMaker(options.random ?? randomBytes);
    return sturdyHistory(db, (stored) => storesOf(stored, makeId));
  } catch (error) {
    db?.close();
    throw explainFileError(error, options.file) ?? error;
  }
}

function openDatabase(file: string): Database {
  const db = new Sqlite(file, { timeout: 5_000 });
  try {
    // Only a database without tables takes it; what is trimmed gives its pages back then.
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What the inventory says decides what may be deleted, so a database is whole or not used. */
function assertUndamaged(db: Database): void {
  if (db.pragma('quick_check(1)', { simple: true }) === 'ok') return;
  throw Object.assign(new Error('quick_check failed'), { code: 'SQLITE_CORRUPT' });
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
