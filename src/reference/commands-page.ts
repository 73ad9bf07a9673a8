import { commands } from '../cli/commands.ts';
import type { CliCommand } from '../cli/command.ts';
import { settings } from '../config/settings.ts';
import { markdownTable, page } from './markdown.ts';

export function commandsPage(): string {
  return page(
    'Commands',
    'All take `-o json` and `--help`. Exit code 1 is an error.',
    ...commands.map(section),
  );
}

function section(command: CliCommand): string {
  const args = (command.args ?? []).map(({ name }) => ` ${name}`).join('');
  const rows = [
    ...(command.args ?? []).map(({ name, describe }) => [`\`${name}\``, describe]),
    ...(command.options ?? []).map(({ flags, describe }) => [`\`${flags}\``, describe]),
  ];
  return [
    `## skep ${command.name}${args}`,
    `${capital(command.summary)}.`,
    ...(command.help ? ['```text', command.help, '```'] : []),
    ...(rows.length > 0 ? ['', markdownTable(['', ''], rows)] : []),
    ...(command.settings.length > 0
      ? ['', `Settings: ${command.settings.map((name) => `\`${settings[name].flag}\``).join(', ')}.`]
      : []),
  ].join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
