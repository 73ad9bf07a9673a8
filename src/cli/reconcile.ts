import type { ReconcileReceipt } from '../reconcile/operator.ts';
import { askServer } from './api-client.ts';
import type { CliCommand, Context } from './command.ts';
import { table } from './style.ts';

export const reconcile: CliCommand = {
  name: 'reconcile',
  args: [{ name: '[units...]', describe: 'the units; all when none is named' }],
  summary: 'have a running Skep reconcile now, and wait for it',
  settings: ['server', 'token'],
  options: [
    { flags: '--allow-prune', describe: 'let it remove more than the prune guard allows' },
    { flags: '--force', describe: 'send a spec again that Swarm rolled back or paused' },
  ],
  async run(context, units, options) {
    const receipt = await askServer<ReconcileReceipt>(
      context,
      'POST',
      '/api/v1/reconcile?wait=true',
      {
        ...(units.length > 0 ? { units } : {}),
        allow: { prune: options.allowPrune === true, force: options.force === true },
      },
    );
    print(context, receipt);
    const outcomes = Object.values(receipt.outcomes ?? {});
    return outcomes.some((outcome) => outcome.result === 'retry' || outcome.result === 'stalled')
      ? 1
      : 0;
  },
};

function print(context: Context, receipt: ReconcileReceipt): void {
  if (context.json) return context.io.out(JSON.stringify(receipt, null, 2));
  const rows = Object.entries(receipt.outcomes ?? {}).map(([unit, outcome]) => [
    unit,
    outcome.result,
    'message' in outcome ? outcome.message : '',
  ]);
  context.io.out(table(rows));
}
