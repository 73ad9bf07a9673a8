import type { Setting } from '../config/setting.ts';
import { settings } from '../config/settings.ts';
import { markdownTable, page } from './markdown.ts';

export function settingsPage(): string {
  const rows = Object.values<Setting<unknown>>(settings).map((setting) => [
    `\`${setting.value ? `${setting.flag} ${setting.value}` : setting.flag}\``,
    setting.secret ? `\`${setting.variable}\`, \`${setting.variable}_FILE\`` : `\`${setting.variable}\``,
    setting.fallback === undefined ? '' : `\`${setting.fallback}\``,
    setting.describe,
  ]);
  return page(
    'Settings',
    'A flag wins over its variable, a variable over the default; an empty variable counts as absent. A secret can also be read from the file that its `_FILE` variable names, a Docker secret for example.',
    markdownTable(['flag', 'variable', 'default', 'meaning'], rows),
  );
}
