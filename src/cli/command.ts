import type { SettingName, Settings } from '../config/settings.ts';
import type { Io } from './io.ts';
import type { Styles } from './style.ts';

/** What a command gets to work with. */
export type Context = {
  io: Io;
  settings: Settings;
  style: Styles;
  /** `-o json`. */
  json: boolean;
};

export type CommandOption = { flags: string; describe: string };

/** One command of the CLI, one file. */
export type CliCommand = {
  name: string;
  /** As commander writes them: `<role>`, `[unit]`. */
  args?: { name: string; describe: string }[];
  summary: string;
  /** More for its `--help`: what it does, exit codes, examples. */
  help?: string;
  settings: readonly SettingName[];
  options?: readonly CommandOption[];
  /** Returns the exit code. */
  run(context: Context, args: string[], options: Record<string, unknown>): Promise<number>;
};

/** An error for a person: shown without a stack, with exit code 1. */
export class CliError extends Error {
  override name = 'CliError';
}
