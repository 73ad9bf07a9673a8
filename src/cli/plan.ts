import { planOnce } from '../reconcile/once.ts';
import type { PlanReport } from '../reconcile/operator.ts';
import type { CliCommand } from './command.ts';
import { withOnceOptions } from './once-options.ts';
import { planLines } from './print-plan.ts';

/** The settings of every command that reconciles without a daemon. */
export const onceSettings = [
  'host',
  'tlsVerify',
  'certPath',
  'desired',
  'data',
  'environment',
  'profiles',
  'rolloutTimeout',
  'resolveImage',
  'registryConfig',
  'ageKey',
  'keepVersions',
] as const;

export const plan: CliCommand = {
  name: 'plan',
  args: [{ name: '[unit]', describe: 'of this unit only' }],
  summary: 'show what would be done, field by field; nothing is written',
  help: `With --detailed-exitcode: 0 nothing to do, 2 changes, 1 error. Without it: 0, or 1 for an error.
  + create   ~ update   ± replace   - delete   ! blocked`,
  settings: onceSettings,
  options: [
    { flags: '--detailed-exitcode', describe: 'exit with 2 when there is something to do' },
    {
      flags: '--allow-prune',
      describe: 'as if removing more than the prune guard allows were allowed',
    },
    { flags: '--force', describe: 'as if a spec that Swarm rolled back might be sent again' },
  ],
  async run(context, [unit], options) {
    const allow = { prune: options.allowPrune === true, force: options.force === true };
    const report = await withOnceOptions(context, 'read', (parts) =>
      planOnce(parts, { ...(unit ? { unit } : {}), allow }),
    );
    if (context.json) context.io.out(JSON.stringify(report, null, 2));
    else for (const line of planLines(report, context.style)) context.io.out(line);
    return exitCode(report, options.detailedExitcode === true);
  },
};

function exitCode(report: PlanReport, detailed: boolean): number {
  if (report.errors.length > 0) return 1;
  return detailed && report.actions.length > 0 ? 2 : 0;
}
