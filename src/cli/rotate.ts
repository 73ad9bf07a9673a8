import type { RotationRow } from '../history/history.ts';
import { askServer } from './api-client.ts';
import { CliError } from './command.ts';
import type { CliCommand } from './command.ts';

export const rotate: CliCommand = {
  name: 'rotate',
  args: [{ name: '<role>', describe: 'worker, manager or unlock-key' }],
  summary: 'rotate a join token or the unlock key now, with the same audit as on schedule',
  settings: ['server', 'token'],
  async run(context, [role]) {
    if (role !== 'worker' && role !== 'manager' && role !== 'unlock-key') {
      throw new CliError(`"${role}" cannot be rotated: worker, manager or unlock-key`);
    }
    const path = `/api/v1/tokens/${role}/rotate`;
    const row = await askServer<RotationRow>(context, 'POST', path);
    context.io.out(context.json ? JSON.stringify(row, null, 2) : said(row));
    return 0;
  },
};

function said({ role, before, after }: RotationRow): string {
  const fingerprints = `(fingerprint ${before} → ${after})`;
  return role === 'unlock-key'
    ? `The unlock key was rotated ${fingerprints}. See it with "docker swarm unlock-key"; a manager that restarts within minutes may still need the one before.`
    : `The ${role} join token was rotated ${fingerprints}: the old one lets no node in any more.
See the new one with "docker swarm join-token ${role}" on a manager, or GET /api/v1/tokens/${role}/join with the scope "join".`;
}
