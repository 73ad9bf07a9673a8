import type { Database } from 'better-sqlite3';
import { carryOver, tablesOf } from './carry-over.ts';
import { type DatabaseFile, openInMemory } from './database-file.ts';
import type { History } from './history.ts';
import type { HistoryError, HistoryProblem } from './history-error.ts';
import { salvage } from './salvage.ts';
import { SuspendedUnits } from './suspended-units.ts';

/** A history as long as its database can be written. */
export type Stores = Omit<History, 'problem' | 'recover'>;

/** `base`: what a database in memory began as; `knows`: that was what the disk holds. */
type Memory = { base: Database; knows: boolean };
type Place = { db: Database; stores: Stores; memory?: Memory };

/** The disk's troubles that may pass. */
const passing: HistoryProblem[] = ['full', 'read-only', 'unusable'];

/**
 * Where the history is kept: in its file; in a copy in memory while that cannot be written, or in an empty one when it cannot
 * be read either; in a new file after the old one was damaged.
 */
export class HistoryPlace {
  readonly #file: DatabaseFile;
  readonly #storesOf: (db: Database) => Stores;
  readonly #suspended = new SuspendedUnits();
  #place: Place;
  #trouble: HistoryError | undefined;
  #damaged: string[];
  /** Tables of the damaged one that could not be taken over. */
  #lost: string[] = [];

  /** Throws when only a person can tell what to do about the file; with `refuse`, about any trouble there is. */
  constructor(file: DatabaseFile, storesOf: (db: Database) => Stores, refuse: boolean) {
    this.#file = file;
    this.#storesOf = (db) => this.#suspended.heeding(storesOf(db));
    this.#damaged = file.setAsideBefore();
    try {
      this.#place = this.#onDisk();
    } catch (error) {
      if (refuse) throw file.explain(error) ?? error;
      this.#place = this.#after(error, undefined);
    }
  }

  get stores(): Stores {
    return this.#place.stores;
  }

  get inMemory(): boolean {
    return this.#place.memory !== undefined;
  }

  /** When the place where a call is made fails it, it is made in the next one. */
  use<T>(call: (stores: Stores) => T): T {
    try {
      const result = call(this.stores);
      if (!this.inMemory) this.#trouble = undefined;
      return result;
    } catch (error) {
      this.leave(error);
      return call(this.stores);
    }
  }

  /** Goes on elsewhere after this error, or throws it. */
  leave(error: unknown): void {
    if (this.inMemory) throw error;
    this.#place = this.#after(error, this.#place.db);
  }

  /** Back to the disk, with what was added in memory, when that works again. Never throws. */
  recover(): void {
    this.#damaged = this.#file.setAsideBefore();
    const { db, memory } = this.#place;
    if (memory === undefined) return;
    try {
      this.#place = this.#backOnDisk(db, memory);
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = this.#file.explain(error) ?? this.#trouble;
      if (this.#trouble?.code === 'corrupt') this.#makeRoom(db, memory);
    }
  }

  problem(): string | undefined {
    const said = [this.#troubleNow(), ...this.#damaged.map((file) => this.#notice(file))];
    const problems = said.filter((one) => one !== undefined);
    return problems.length === 0 ? undefined : problems.join(' ');
  }

  close(): void {
    this.recover();
    this.#place.db.close();
    this.#place.memory?.base.close();
  }

  #after(error: unknown, before: Database | undefined): Place {
    this.#trouble = this.#file.explain(error);
    if (this.#trouble === undefined) throw error;
    if (this.#trouble.code === 'corrupt') return this.#inPlaceOfDamaged(before);
    if (passing.includes(this.#trouble.code)) return this.#inMemory(before);
    throw this.#trouble;
  }

  #onDisk(): Place {
    const { db } = this.#file.open();
    const stores = this.#storesOf(db);
    this.#suspended.learn(stores);
    return { db, stores };
  }

  #inMemory(before: Database | undefined): Place {
    const image = this.#imageOf(before);
    before?.close();
    return image === undefined ? this.#emptyMemory() : this.#memoryFrom(image, true);
  }

  /** Undefined when it cannot be read. */
  #imageOf(open: Database | undefined): Buffer | undefined {
    try {
      return open === undefined ? contentOf(this.#file.read()) : open.serialize();
    } catch {
      return undefined;
    }
  }

  #emptyMemory(): Place {
    return this.#memoryFrom(contentOf(this.#file.empty()), false);
  }

  #memoryFrom(image: Buffer, knows: boolean): Place {
    const db = openInMemory(Buffer.from(image));
    const stores = this.#storesOf(db);
    this.#suspended.learn(stores);
    this.#suspended.teach(stores);
    return { db, stores, memory: { base: openInMemory(image), knows } };
  }

  #inPlaceOfDamaged(before: Database | undefined): Place {
    before?.close();
    try {
      const aside = this.#file.setAside();
      this.#damaged = this.#file.setAsideBefore();
      const fresh = this.#onDisk();
      if (aside !== undefined) this.#lost = salvage(aside, fresh.db);
      this.#suspended.learn(fresh.stores);
      this.#suspended.teach(fresh.stores);
      this.#trouble = undefined;
      return fresh;
    } catch (error) {
      this.#trouble = this.#file.explain(error) ?? this.#trouble;
      return this.#emptyMemory();
    }
  }

  #backOnDisk(changed: Database, { base, knows }: Memory): Place {
    const { db, isNew } = this.#file.open();
    try {
      const stores = this.#storesOf(db);
      // Nobody could know meanwhile which units are suspended: what the disk says of that stands.
      if (!knows) this.#suspended.learn(stores);
      const before = isNew ? this.#file.empty() : base;
      const write = db.transaction(() => {
        carryOver(before, changed, db);
        this.#suspended.teach(stores);
      });
      write.immediate();
      for (const one of [before, base, changed]) one.close();
      return { db, stores };
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** The file turned out to be damaged while the history was in memory, which goes into a new one the next time. */
  #makeRoom(db: Database, { knows }: Memory): void {
    try {
      this.#file.setAside();
      this.#damaged = this.#file.setAsideBefore();
      if (!knows) this.#lost = tablesOf(db);
    } catch (error) {
      this.#trouble = this.#file.explain(error) ?? this.#trouble;
    }
  }

  #troubleNow(): string | undefined {
    if (this.#trouble === undefined || this.#place.memory === undefined)
      return this.#trouble?.message;
    const unknown = this.#place.memory.knows ? '' : ` ${notKnown}`;
    return `${this.#trouble.message} Until then what happens is kept in memory, and no token is rotated.${unknown}`;
  }

  #notice(file: string): string {
    const lost = this.#lost.length === 0 ? '' : ` (without ${this.#lost.join(', ')})`;
    return `${file}: this database was damaged and has been set aside; what was sound in it is in the new one${lost}. Look at it ("sqlite3 FILE .recover" reads what is left), then move it away or delete it.`;
  }
}

const notKnown =
  'What it holds cannot be read: what Skep owns is learnt from labels, so some things that no file names any more may stay; units suspended before are not known.';

function contentOf(db: Database): Buffer {
  try {
    return db.serialize();
  } finally {
    db.close();
  }
}
