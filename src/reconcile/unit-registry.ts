import type { DesiredSet, Wish } from './desired-set.ts';
import { newRecord, startAfresh, takeWish, type UnitRecord } from './unit-record.ts';

/** Every unit the loop knows: those the files name, and those that are gone from the files but still own something. */
export class UnitRegistry {
  readonly #records = new Map<string, UnitRecord>();

  get(name: string): UnitRecord | undefined {
    return this.#records.get(name);
  }

  all(): UnitRecord[] {
    return [...this.#records.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  forget(name: string): void {
    this.#records.delete(name);
  }

  /** Wishes as last converted, so that an unchanged unit is not converted again. */
  known(): Map<string, Wish> {
    const wishes = this.all().map(({ name, kind, files, revision, desired }): Wish => {
      return { name, kind, files, revision, ...(desired && { desired }) };
    });
    return new Map(wishes.map((wish) => [wish.name, wish]));
  }

  /**
   * Takes over what the files say now and returns the units whose wish changed. A unit counts as gone from the files
   * only when all of them could be read.
   */
  takeIn(set: DesiredSet, owners: ReadonlySet<string>): UnitRecord[] {
    const changed = set.wishes.filter((wish) => takeWish(this.#recordOf(wish.name), wish));
    const vanished = set.complete ? this.#vanish(set, owners) : [];
    const records = [...changed.map((wish) => wish.name), ...vanished].map((name) =>
      this.#recordOf(name),
    );
    records.forEach(startAfresh);
    return records;
  }

  #vanish(set: DesiredSet, owners: ReadonlySet<string>): string[] {
    const named = new Set(set.wishes.map((wish) => wish.name));
    const missing = [...new Set([...this.#records.keys(), ...owners])].filter(
      (name) => !named.has(name) && this.#records.get(name)?.vanished !== true,
    );
    for (const name of missing) {
      const record = this.#recordOf(name);
      Object.assign(record, { vanished: true, problem: undefined, files: [], revision: '' });
    }
    return missing;
  }

  #recordOf(name: string): UnitRecord {
    const record = this.#records.get(name) ?? newRecord(name);
    this.#records.set(name, record);
    return record;
  }
}
