import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import type { Clock } from '../reconcile/clock.ts';
import { explainFileError, HistoryError } from './history-error.ts';
import { migrate } from './migrate.ts';

export type DatabaseOptions = {
  /** The database; it and its directory are made when they are not there. */
  file: string;
  /** The directory of the numbered .sql files. */
  migrations: string;
  clock: Pick<Clock, 'now'>;
};

/** SQLite sets out with a table of 32 KiB in shared memory, and has to be able to write to its log. */
const leastFreeBytes = 256 * 1024;

const companions = ['-wal', '-shm'];

export type DatabaseFile = ReturnType<typeof databaseFile>;

/** The database on the disk: opened whole and up to date or not at all, and put out of the way when it is damaged. */
export function databaseFile({ file, migrations, clock }: DatabaseOptions) {
  const bring = (db: Database) => {
    assertUndamaged(db);
    migrate(db, migrations, clock.now());
    return db;
  };
  /** Which file it was that was opened last. */
  let opened: string | undefined;

  return {
    file,

    /** `isNew`: it holds nothing yet. Throws what `explain` knows. */
    open(): { db: Database; isNew: boolean } {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      assertRoom(file);
      opened = inode(file);
      const isNew = size(file) === 0;
      // The log of a database that is not there any more must not be taken for the new one's.
      if (opened === undefined && companions.some((end) => existsSync(file + end))) {
        moveAway(file, clock.now());
      }
      const db = openForWriting(file);
      try {
        bring(db);
        opened = inode(file);
        return { db, isNew };
      } catch (error) {
        db.close();
        throw error;
      }
    },

    /** A copy of it for the memory, whether or not it can be written. Throws when it cannot be read, or not whole. */
    read: () => bring(openInMemory(readImage(file))),

    /** An empty one in memory. */
    empty: () => bring(new Sqlite(':memory:')),

    /** Gives a damaged database another name and returns its path; undefined when another one has taken its place already. */
    setAside(): string | undefined {
      return inode(file) === opened ? moveAway(file, clock.now()) : undefined;
    },

    /** Damaged databases that nobody has moved away yet. Never throws. */
    setAsideBefore: () => damagedIn(dirname(file), basename(file)),

    explain: (error: unknown) =>
      error instanceof HistoryError ? error : explainFileError(error, file),
  };
}

/** A database in memory with this content. */
export function openInMemory(image: Buffer): Database {
  // It has no log to write ahead to: https://www.sqlite.org/fileformat.html#file_format_version_numbers
  image[18] = image[19] = 1;
  const db = new Sqlite(image);
  db.pragma('foreign_keys = ON');
  return db;
}

function openForWriting(file: string): Database {
  const db = new Sqlite(file, { timeout: 5_000 });
  try {
    // Only a database without tables takes it, and another one is written to in vain. What is trimmed gives its pages back then.
    if (db.pragma('page_count', { simple: true }) === 0) db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    // Nothing is synced but when the log is carried over, every 1,000 pages: https://www.sqlite.org/wal.html#fast
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * SQLite reads a log only with its table in shared memory beside it, which cannot be made where nothing can be written. After
 * a clean end there is no log, and the file is everything. https://www.sqlite.org/wal.html#read_only_databases
 */
function readImage(file: string): Buffer {
  if (size(`${file}-wal`) === 0) return readFileSync(file);
  const db = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    return db.serialize();
  } finally {
    db.close();
  }
}

/** What the inventory says decides what may be deleted, so a database is whole or not used. */
function assertUndamaged(db: Database): void {
  if (db.pragma('quick_check(1)', { simple: true }) === 'ok') return;
  throw Object.assign(new Error('quick_check failed'), { code: 'SQLITE_CORRUPT' });
}

/** Without room SQLite fails in many ways, some of which say something else. */
function assertRoom(file: string): void {
  if (file === ':memory:') return;
  const { blocks, bfree, bsize } = statfsSync(dirname(file));
  // Some file systems do not count.
  if (blocks === 0 || bfree * bsize >= leastFreeBytes) return;
  throw Object.assign(new Error('no room left'), { code: 'SQLITE_FULL' });
}

function damagedIn(folder: string, name: string): string[] {
  const isDamaged = (one: string) =>
    one.startsWith(`${name}.damaged-`) && !companions.some((end) => one.endsWith(end));
  return namesIn(folder)
    .filter(isDamaged)
    .map((one) => join(folder, one))
    .toSorted();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The database goes first: a log alone is recognised, a database without its log is not. */
function moveAway(file: string, now: number): string {
  const time = new Date(now).toISOString().replaceAll(':', '-');
  const names = [file, ...companions.map((end) => file + end)];
  let target = `${file}.damaged-${time}`;
  while (names.some((name) => existsSync(name.replace(file, target)))) target += '+';
  for (const name of names.filter((one) => existsSync(one))) {
    renameSync(name, name.replace(file, target));
  }
  return target;
}

function inode(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.dev} ${stat.ino}`;
}

function size(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
