import { Command, CommanderError, Option } from 'commander';
import { readSettings, SettingsError } from '../config/read-settings.ts';
import type { Flags } from '../config/read-settings.ts';
import type { Setting } from '../config/setting.ts';
import { settings } from '../config/settings.ts';
import type { SettingName } from '../config/settings.ts';
import { version } from '../version.ts';
import type { CliCommand } from './command.ts';
import { CliError } from './command.ts';
import { commands } from './commands.ts';
import type { Io } from './io.ts';
import { styles } from './style.ts';

/** The command line: parses, reads the settings a command needs, runs it and answers its exit code. */
export function buildProgram(io: Io): { run(args: string[]): Promise<number> } {
  return { run: (args) => run(io, args) };
}

async function run(io: Io, args: string[]): Promise<number> {
  let code = 0;
  const program = baseProgram(io);
  for (const command of commands) {
    program.addCommand(
      toCommander(io, command, (exitCode) => {
        code = exitCode;
      }),
    );
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return reportFailure(io, error);
  }
}

function baseProgram(io: Io): Command {
  return dressed(io, new Command('skep'))
    .description(
      'The operator for Docker Swarm: a directory of files, reconciled onto the cluster.',
    )
    .version(version)
    .addHelpText('after', '\nEvery flag has a variable: see "skep <command> --help".');
}

function toCommander(io: Io, command: CliCommand, exit: (code: number) => void): Command {
  const made = dressed(io, new Command(command.name)).description(command.summary);
  for (const arg of command.args ?? []) made.argument(arg.name, arg.describe);
  for (const name of command.settings) made.addOption(settingOption(settings[name]));
  for (const option of command.options ?? []) made.option(option.flags, option.describe);
  made.addOption(new Option('-o, --output <form>', 'how to print').choices(['text', 'json']));
  if (command.help) made.addHelpText('after', `\n${command.help}`);
  return made.action(async () => {
    const options = made.opts();
    const read = readSettings(flagsOf(command.settings, options), io.environment);
    const context = {
      io,
      settings: read,
      style: styles(io.colour),
      json: options.output === 'json',
    };
    exit(await command.run(context, made.args, options));
  });
}

function dressed(io: Io, command: Command): Command {
  return command
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
    });
}

function settingOption(setting: Setting<unknown>): Option {
  const flags = setting.value ? `${setting.flag} ${setting.value}` : setting.flag;
  const variable = setting.secret ? `${setting.variable}[_FILE]` : setting.variable;
  const fallback = setting.fallback ? `, default ${setting.fallback}` : '';
  return new Option(flags, `${setting.describe} (${variable}${fallback})`);
}

function flagsOf(names: readonly SettingName[], options: Record<string, unknown>): Flags {
  const flags: Flags = {};
  for (const name of names) {
    const given = options[attributeName(settings[name].flag)];
    if (typeof given === 'string' || typeof given === 'boolean') flags[name] = given;
  }
  return flags;
}

/** Commander's name of a flag: `--cert-path` is `certPath`. */
function attributeName(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function reportFailure(io: Io, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof SettingsError) {
    for (const problem of error.problems) io.err(`error: ${problem}`);
    return 1;
  }
  if (error instanceof CliError) {
    io.err(`error: ${error.message}`);
    return 1;
  }
  io.err(`error: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
}
