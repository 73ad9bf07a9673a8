import { askServer } from './api-client.ts';
import type { CliCommand } from './command.ts';

export const suspend = toggle(
  'suspend',
  'leave a unit alone until it is resumed, also over restarts',
);
export const resume = toggle('resume', 'reconcile a suspended unit again');

function toggle(verb: 'suspend' | 'resume', summary: string): CliCommand {
  return {
    name: verb,
    args: [{ name: '<unit>', describe: 'the unit' }],
    summary,
    settings: ['server', 'token'],
    async run(context, [unit = '']) {
      const path = `/api/v1/units/${encodeURIComponent(unit)}/${verb}`;
      const answer = await askServer<unknown>(context, 'POST', path);
      context.io.out(context.json ? JSON.stringify(answer, null, 2) : `${unit}: ${verb} done`);
      return 0;
    },
  };
}
