/** One setting: its flag, its variable, its default and its documentation come from this one row. */
export type Setting<T> = {
  flag: `--${string}`;
  /** How the value is shown in `--help`: `<url>`, `<folder>`. Absent for a switch. */
  value?: string;
  variable: string;
  /** Read as if it were written by the user; undefined means that the setting may be absent. */
  fallback: string | undefined;
  /** One sentence for `--help` and the reference. */
  describe: string;
  /** Also read from the file that `<variable>_FILE` names, never shown. */
  secret?: true;
  /** Turns the text into the value; throws `BadValue` with what is expected. */
  parse(text: string): T;
};

/** Says what a setting's text should have been; the reader of settings adds where the text came from. */
export class BadValue extends Error {
  override name = 'BadValue';
}
