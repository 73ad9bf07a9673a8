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
    this.#asked.add(idOf(name, value));
    return value;
  };

  /** The same, with `below` for what is not set. */
  over(below: ReadonlyMap<string, string>): Variables {
    return new Variables(new Map([...below, ...this.#values]), this.#asked);
  }

  /** A text that may hold values, with the names instead. Values of a few letters hide nothing and are left. */
  mask(text: string): string {
    const masked = [...this.#values].filter(
      ([name, value]) => value.length >= 4 && this.#asked.has(idOf(name, value)),
    );
    return masked.reduce((rest, [name, value]) => rest.replaceAll(value, `\${${name}}`), text);
  }

  /** Every variable asked for and what it was, in one order whatever the order of asking. */
  asked(): string[] {
    return [...this.#asked].sort();
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }
}

function idOf(name: string, value: string | undefined): string {
  return JSON.stringify([name, value ?? null]);
}
