import { styleText } from 'node:util';
import { table } from '../../src/cli/style.ts';

export type Tally = { kind: 'edit' | 'drift' | 'fault'; name: string };

type Row = Tally & { tried: number; survived: number; longest: number };

/** How often each kind of thing was tried, and what became of it. */
export class Score {
  readonly #rows = new Map<string, Row>();

  constructor(all: readonly Tally[]) {
    for (const one of all) this.#rows.set(one.name, { ...one, tried: 0, survived: 0, longest: 0 });
  }

  tried(name: string): void {
    this.#row(name).tried += 1;
  }

  /** `ms`: from the end of all faults until everything was as the files say. */
  survived(name: string, ms: number): void {
    const row = this.#row(name);
    row.survived += 1;
    row.longest = Math.max(row.longest, ms);
  }

  totals(): { tried: number; survived: number } {
    const rows = [...this.#rows.values()];
    const sum = (key: 'tried' | 'survived') => rows.reduce((all, row) => all + row[key], 0);
    return { tried: sum('tried'), survived: sum('survived') };
  }

  /** A table of what was tried, and how many kinds had no turn. */
  print(colour: boolean): string {
    const rows = [...this.#rows.values()].filter(({ tried }) => tried > 0);
    const untried = this.#rows.size - rows.length;
    const rest = untried === 0 ? '' : `\n${untried} other kinds had no turn in this time.`;
    const bold = (text: string) =>
      colour ? styleText('bold', text, { validateStream: false }) : text;
    const lines = table([
      ['KIND', 'WHAT', 'TRIED', 'SURVIVED', 'LONGEST RECOVERY'].map(bold),
      ...rows.map(({ kind, name, tried, survived, longest }) => [
        kind,
        name,
        String(tried),
        String(survived),
        `${(longest / 1_000).toFixed(1)} s`,
      ]),
    ]);
    return lines + rest;
  }

  #row(name: string): Row {
    const found = this.#rows.get(name);
    if (found === undefined) throw new Error(`there is no row for ${name}`);
    return found;
  }
}
