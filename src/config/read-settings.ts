import { readFileSync } from 'node:fs';
import { BadValue } from './setting.ts';
import type { Setting } from './setting.ts';
import { settings } from './settings.ts';
import type { SettingName, Settings } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
/** Flags as given on the command line, by setting name. */
export type Flags = Partial<Record<SettingName, string | boolean>>;

/** All that is wrong with the settings, at once. Values of secrets are not in it. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** A flag wins over a variable, a variable over the default; an empty variable counts as absent. */
export function readSettings(flags: Flags, environment: Environment): Settings {
  const problems: string[] = [];
  const values = Object.entries<Setting<unknown>>(settings).map(([name, setting]) => {
    const given = source(name as SettingName, setting, flags, environment, problems);
    return [name, parse(given, setting, problems)];
  });
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.fromEntries(values) as Settings;
}

type Given = { from: string; text: string | undefined };

function source(
  name: SettingName,
  setting: Setting<unknown>,
  flags: Flags,
  environment: Environment,
  problems: string[],
): Given {
  const flag = flags[name];
  if (flag !== undefined) return { from: setting.flag, text: String(flag) };
  const variable = environment[setting.variable];
  const file = setting.secret ? environment[`${setting.variable}_FILE`] : undefined;
  if (variable && file) {
    problems.push(`${setting.variable} and ${setting.variable}_FILE are both set: keep one`);
  }
  if (variable) return { from: setting.variable, text: variable };
  if (file) return { from: `${setting.variable}_FILE`, text: secretFile(setting, file, problems) };
  return { from: 'the default', text: setting.fallback };
}

function secretFile(setting: Setting<unknown>, file: string, problems: string[]) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    problems.push(`${setting.variable}_FILE: cannot read ${file} (${code})`);
    return undefined;
  }
}

function parse(given: Given, setting: Setting<unknown>, problems: string[]): unknown {
  if (given.text === undefined) return undefined;
  try {
    return setting.parse(given.text);
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    const shown = setting.secret ? 'the value' : JSON.stringify(given.text);
    problems.push(`${given.from}: ${shown} should be ${error.message}`);
    return undefined;
  }
}

/** The variables of `environment` that files may use: exact names, or prefixes that end in `*`. */
export function allowedVariables(
  environment: Environment,
  allowed: readonly string[],
): Record<string, string> {
  const matches = (name: string) =>
    allowed.some((rule) =>
      rule.endsWith('*') ? name.startsWith(rule.slice(0, -1)) : name === rule,
    );
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && matches(entry[0]),
    ),
  );
}
