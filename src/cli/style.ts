import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = (text: string) => string;
export type Styles = Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue', Style>;

/** Colours, or plain text when `colour` is false. */
export function styles(colour: boolean): Styles {
  const style = (name: keyof Styles) => (text: string) =>
    colour ? styleText(name, text, { validateStream: false }) : text;
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    blue: style('blue'),
  };
}

/** Columns as wide as their widest cell; the last one is left as long as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const width = (text: string) => stripVTControlCharacters(text).length;
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => width(row[column] ?? ''))),
  );
  const pad = (cell: string, column: number, last: boolean) =>
    last ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell));
  return rows
    .map((row) =>
      row
        .map((cell, i) => pad(cell, i, i === row.length - 1))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `3s`, `5m`, `2h`, `4d` from milliseconds. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
