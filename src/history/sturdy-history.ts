import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { carryOver } from './carry-over.ts';
import type { History } from './history.ts';
import { explainFileError, HistoryError, type HistoryProblem } from './history-error.ts';

/** A history as long as its database can be written. */
export type Stores = Omit<History, 'problem' | 'recover'>;

/** The disk's troubles that leave what is stored readable. */
const passing: HistoryProblem[] = ['full', 'read-only', 'unusable'];

/**
 * A history that outlives trouble of its disk. While the database cannot be written, a copy of it in memory takes its place;
 * `recover` carries what was added there over to the disk once that works again. A rotation of a token is not begun
 * meanwhile, for its record must outlive this process.
 */
export function sturdyHistory(disk: Database, storesOf: (db: Database) => Stores): History {
  const onDisk = storesOf(disk);
  let trouble: HistoryError | undefined;
  let memory: { base: Database; copy: Database; stores: Stores } | undefined;

  function use<T>(call: (stores: Stores) => T): T {
    if (memory !== undefined) return call(memory.stores);
    try {
      const result = call(onDisk);
      trouble = undefined;
      return result;
    } catch (error) {
      trouble = explainFileError(error, disk.name);
      if (trouble === undefined) throw error;
      if (!passing.includes(trouble.code)) throw trouble;
      memory = takeToMemory(disk, storesOf);
      return call(memory.stores);
    }
  }

  function recover(): void {
    if (memory === undefined) return;
    try {
      carryOver(memory.base, memory.copy, disk);
      for (const db of [memory.base, memory.copy]) db.close();
      memory = trouble = undefined;
    } catch (error) {
      trouble = explainFileError(error, disk.name) ?? trouble;
    }
  }

  return {
    ...throughout(onDisk, use),
    startRotation(rotation) {
      if (memory !== undefined) recover();
      if (memory === undefined) return onDisk.startRotation(rotation);
      throw new HistoryError(
        'full',
        `No token is rotated while that cannot be recorded: ${trouble?.message ?? ''}`,
      );
    },
    problem: () => trouble?.message,
    recover,
    close() {
      recover();
      onDisk.close();
    },
  };
}

/** Every call of a store goes through `use`, which chooses the store. */
function throughout(stores: Stores, use: <T>(call: (stores: Stores) => T) => T): Stores {
  type Calls = Record<string, (...args: unknown[]) => unknown>;
  const names = Object.keys(stores);
  const calls = names.map((name) => [
    name,
    (...args: unknown[]) => use((chosen) => (chosen as unknown as Calls)[name]?.(...args)),
  ]);
  return Object.fromEntries(calls) as Stores;
}

function takeToMemory(disk: Database, storesOf: (db: Database) => Stores) {
  const image = disk.serialize();
  // A database in memory has no log to write ahead to: https://www.sqlite.org/fileformat.html#file_format_version_numbers
  image[18] = image[19] = 1;
  const copy = new Sqlite(image);
  copy.pragma('foreign_keys = ON');
  return { base: new Sqlite(image), copy, stores: storesOf(copy) };
}
