/** The variables of a unit. Those that were asked for are inputs of the unit, the others are not. */
export class Variables {
  readonly #values: ReadonlyMap<string, string>;
  readonly #asked: Set<string>;

  constructor(values: ReadonlyMap<string, string>, asked = new Set<string>()) {
    this.#values = values;
    this.#asked = asked;
  }

  lookup = (name: string): string | undefined => {
    const value = this.#values.get(name);
    this.#asked.add(JSON.stringify([name, value ?? null]));
    return value;
  };

  /** The same, with `below` for what is not set. */
  over(below: ReadonlyMap<string, string>): Variables {
    return new Variables(new Map([...below, ...this.#values]), this.#asked);
  }

  /** Every variable asked for and what it was, in one order whatever the order of asking. */
  asked(): string[] {
    return [...this.#asked].sort();
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }
}
