import type { ChangeRow, Listed, RunRow } from '../history/history.ts';
import { askServer } from './api-client.ts';
import type { CliCommand, Context } from './command.ts';
import { changeLines } from './print-plan.ts';
import { age, table } from './style.ts';

export const history: CliCommand = {
  name: 'history',
  args: [{ name: '[run]', describe: 'the ID of one run, to see its changes' }],
  summary: 'show what was changed, when and why',
  settings: ['server', 'token'],
  options: [
    { flags: '--unit <name>', describe: 'of this unit only' },
    { flags: '--limit <number>', describe: 'at most so many (default 20)' },
  ],
  async run(context, [run], options) {
    if (run !== undefined) await showRun(context, run);
    else await showRuns(context, options);
    return 0;
  },
};

async function showRuns(context: Context, options: Record<string, unknown>): Promise<void> {
  const query = new URLSearchParams({
    limit: typeof options.limit === 'string' ? options.limit : '20',
  });
  if (typeof options.unit === 'string') query.set('unit', options.unit);
  const answer = await askServer<Listed<RunRow>>(
    context,
    'GET',
    `/api/v1/history?${query.toString()}`,
  );
  if (context.json) return context.io.out(JSON.stringify(answer, null, 2));
  const head = ['RUN', 'UNIT', 'AGE', 'TRIGGER', 'RESULT', 'MESSAGE'].map(context.style.dim);
  const rows = answer.items.map((run) => [
    run.id,
    run.unit,
    age(Date.now() - run.startedAt),
    run.trigger,
    run.result,
    run.message ?? '',
  ]);
  context.io.out(table([head, ...rows]));
}

async function showRun(context: Context, id: string): Promise<void> {
  const path = `/api/v1/history/${encodeURIComponent(id)}`;
  const run = await askServer<RunRow & { changes: ChangeRow[] }>(context, 'GET', path);
  if (context.json) return context.io.out(JSON.stringify(run, null, 2));
  context.io.out(
    `${run.unit}  ${new Date(run.startedAt).toISOString()}  ${run.trigger}  ${run.result}`,
  );
  if (run.message) context.io.out(run.message);
  for (const change of run.changes) {
    context.io.out(`  ${change.action} ${change.kind} ${change.name}: ${change.result}`);
    for (const line of changeLines(change.changes)) context.io.out(`      ${line}`);
    if (change.error) context.io.out(context.style.red(`      ${change.error}`));
  }
}
