import { askServer } from './api-client.ts';
import { CliError, type CliCommand } from './command.ts';

export const suspend = toggle(
  'suspend',
  'leave a unit, or all, alone until it is resumed, also over restarts',
);
export const resume = toggle('resume', 'reconcile a suspended unit, or all, again');

function toggle(verb: 'suspend' | 'resume', summary: string): CliCommand {
  return {
    name: verb,
    args: [{ name: '[unit]', describe: 'the unit' }],
    summary,
    settings: ['server', 'token'],
    options: [{ flags: '--all', describe: `${verb} every unit, those to come too` }],
    async run(context, [unit], { all }) {
      if ((unit === undefined) === (all !== true)) {
        throw new CliError(`name one unit to ${verb}, or give --all`);
      }
      const of = unit === undefined ? '' : `/units/${encodeURIComponent(unit)}`;
      const path = `/api/v1${of}/${verb}`;
      const answer = await askServer<{ suspended: boolean }>(context, 'POST', path);
      const held = verb === 'resume' && answer.suspended;
      const done = held
        ? `${unit}: every unit is suspended; "skep resume --all" ends that`
        : `${unit ?? 'all units'}: ${verb} done`;
      context.io.out(context.json ? JSON.stringify(answer, null, 2) : done);
      return 0;
    },
  };
}
