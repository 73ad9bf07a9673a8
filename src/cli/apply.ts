import { applyOnce } from '../reconcile/once.ts';
import type { News, PlanReport } from '../reconcile/operator.ts';
import type { Outcome } from '../reconcile/outcome.ts';
import type { CliCommand, Context } from './command.ts';
import { withOnceOptions } from './once-options.ts';
import { onceSettings } from './plan.ts';
import { planLines } from './print-plan.ts';
import { table } from './style.ts';

export const apply: CliCommand = {
  name: 'apply',
  args: [{ name: '[units...]', describe: 'the units; all when none is named' }],
  summary: 'do once what a running Skep does all the time, and wait until it has rolled out',
  help: 'Exits with 0 when every unit is ready, with 1 when one is not.',
  settings: onceSettings,
  options: [
    { flags: '--allow-prune', describe: 'remove more than the prune guard allows' },
    { flags: '--force', describe: 'send a spec again that Swarm rolled back or paused' },
    { flags: '--timeout <seconds>', describe: 'how long to wait for rollouts (default 300)' },
  ],
  async run(context, units, options) {
    const allow = { prune: options.allowPrune === true, force: options.force === true };
    const timeoutMs = Number(options.timeout ?? 300) * 1000;
    return await withOnceOptions(context, 'keep', async (parts) => {
      let errors = 0;
      const outcomes = await applyOnce(parts, {
        ...(units.length > 0 ? { units } : {}),
        allow,
        by: 'apply',
        timeoutMs,
        onPlan: (report) => {
          errors = report.errors.length;
          if (!context.json) showPlan(context, report);
        },
        onNews: (news) => {
          if (!context.json) showNews(context, news);
        },
      });
      print(context, outcomes);
      const ready = Object.values(outcomes).every((outcome) => outcome.result === 'ready');
      return ready && errors === 0 ? 0 : 1;
    });
  },
};

function showPlan({ io, style }: Context, report: PlanReport): void {
  for (const line of planLines(report, style)) io.out(line);
}

function showNews({ io, style }: Context, news: News): void {
  if (news.type !== 'change.finished') return;
  const { action, kind, name, result, error } = news.data;
  const mark = result === 'done' ? style.green('✔') : style.red('✗');
  const failed = typeof error === 'string' ? `: ${error}` : '';
  io.out(`${mark} ${String(action)} ${String(kind)} ${String(name)}${failed}`);
}

function print({ io, style, json }: Context, outcomes: Record<string, Outcome>): void {
  if (json) return io.out(JSON.stringify({ outcomes }, null, 2));
  const rows = Object.entries(outcomes).map(([unit, outcome]) => [
    unit,
    outcome.result === 'ready' ? style.green('ready') : style.red(outcome.result),
    'message' in outcome ? outcome.message : '',
  ]);
  io.out(table(rows));
}
