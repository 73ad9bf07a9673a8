import type { RotationRow } from '../history/history.ts';
import { askServer } from './api-client.ts';
import { CliError } from './command.ts';
import type { CliCommand } from './command.ts';

export const rotate: CliCommand = {
  name: 'rotate',
  args: [{ name: '<role>', describe: 'worker or manager' }],
  summary: 'rotate a join token now, with the same audit as on schedule',
  settings: ['server', 'token'],
  async run(context, [role]) {
    if (role !== 'worker' && role !== 'manager') {
      throw new CliError(`"${role}" is no role: worker or manager`);
    }
    const path = `/api/v1/tokens/${role}/rotate`;
    const row = await askServer<RotationRow>(context, 'POST', path);
    context.io.out(
      context.json
        ? JSON.stringify(row, null, 2)
        : `The ${role} join token was rotated (fingerprint ${row.before} → ${row.after}): the old one lets no node in any more.
See the new one with "docker swarm join-token ${role}" on a manager, or GET /api/v1/tokens/${role}/join with the scope "join".`,
    );
    return 0;
  },
};
