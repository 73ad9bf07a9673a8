/** Where something stands in a file; lines and columns count from 1, `file` is relative to the desired directory. */
export type Place = { file: string; line: number; column: number };

/** Keys and list positions from a document's root to a value. */
export type Path = readonly (string | number)[];

/** One finding about the files. Messages name keys and shapes, never the value of a secret or a variable. */
export type Diagnostic = {
  severity: 'error' | 'warning';
  /** Stable and documented, for example `unknown-key`. */
  code: string;
  message: string;
  /** What to write instead. */
  remedy?: string;
  place?: Place;
  unit?: string;
};

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
