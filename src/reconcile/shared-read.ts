/**
 * One reading that many runs share: `get` answers with a value whose reading began after the last `invalidate`, and all
 * who wait for such a value wait for the same reading.
 */
export class SharedRead<T> {
  readonly #read: () => Promise<T>;
  #wanted = 0;
  #last: { stamp: number; value: Promise<T>; settled: boolean } | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  invalidate(): void {
    this.#wanted += 1;
  }

  async get(): Promise<T> {
    const wanted = this.#wanted;
    while (this.#last !== undefined && this.#last.stamp < wanted && !this.#last.settled) {
      await this.#last.value.catch(() => undefined);
    }
    if (this.#last === undefined || this.#last.stamp < wanted) this.#begin();
    return this.#last!.value;
  }

  #begin(): void {
    const value = this.#read();
    const reading = { stamp: this.#wanted, value, settled: false };
    this.#last = reading;
    value.then(
      () => (reading.settled = true),
      () => {
        reading.settled = true;
        // A failure is told to those who waited for it, never kept.
        if (this.#last === reading) this.#last = undefined;
      },
    );
  }
}
