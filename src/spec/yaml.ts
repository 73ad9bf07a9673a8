import { LineCounter, parseDocument } from 'yaml';
import type { Diagnostic, Path, Place } from './diagnostic.ts';
import { NodeFinder } from './yaml-finder.ts';
import { offsetOf } from './yaml-scalar.ts';
import { describeSyntaxErrors } from './yaml-syntax.ts';
import { ValueReader } from './yaml-values.ts';

/** One YAML file as plain values, and where each of them stands. */
export type YamlFile = {
  file: string;
  /** `undefined` when there was no document; after syntax errors what could be understood. */
  value: unknown;
  diagnostics: Diagnostic[];
  /** Of an entry of a mapping its key, of an item of a list the item; aliases and merges lead to the definition. */
  locate: (path: Path) => Place | undefined;
  /** Of the `ordinal`th (from 0) `$` in the text at `path`. */
  locateDollar: (path: Path, ordinal: number) => Place | undefined;
};

/** Reads the first document of a YAML text as Docker does. Never throws. */
export function parseYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Checked below in linear time, and with both places.
    uniqueKeys: false,
    logLevel: 'error',
  });
  const reader = new ValueReader(document, placeAt);
  const value = document.contents === null ? undefined : reader.read();
  const finder = new NodeFinder(document.contents, reader.definitions);
  return {
    file,
    value,
    diagnostics: [...describeSyntaxErrors(document.errors, text, placeAt), ...reader.diagnostics],
    locate: (path) => {
      const found = finder.find(path);
      const offset = offsetOf(found?.key ?? found?.node);
      return offset === undefined ? undefined : placeAt(offset);
    },
    locateDollar: (path, ordinal) => {
      const range = finder.find(path)?.node?.range;
      if (!range) return undefined;
      return placeAt(nthDollar(text, range[0], range[1], ordinal));
    },
  };
}

function nthDollar(text: string, start: number, end: number, ordinal: number): number {
  let at = text.indexOf('$', start);
  for (let i = 0; i < ordinal && at !== -1; i++) at = text.indexOf('$', at + 1);
  return at === -1 || at >= end ? start : at;
}
