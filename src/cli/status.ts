import type { DeliveryStatus, Status, UnitStatus } from '../reconcile/operator.ts';
import { askServer } from './api-client.ts';
import type { CliCommand, Context } from './command.ts';
import { diagnosticLines } from './print-diagnostics.ts';
import { age, table } from './style.ts';
import type { Styles } from './style.ts';

export const status: CliCommand = {
  name: 'status',
  summary: 'show how the units of a running Skep are',
  settings: ['server', 'token'],
  options: [{ flags: '--exit-status', describe: 'exit with 1 when a unit is not ready' }],
  async run(context, _args, options) {
    const answer = await askServer<Status>(context, 'GET', '/api/v1/status');
    if (context.json) context.io.out(JSON.stringify(answer, null, 2));
    else print(context, answer);
    return options.exitStatus && !isReady(answer) ? 1 : 0;
  },
};

function isReady(answer: Status): boolean {
  return answer.ready && answer.units.every((unit) => unit.outcome?.result === 'ready');
}

function print({ io, style }: Context, answer: Status): void {
  const engine = answer.engine;
  io.out(
    engine?.reachable
      ? `Skep ${answer.version} on ${engine.host} (Engine ${engine.engineVersion}, API ${engine.apiVersion})`
      : `Skep ${answer.version}, ${style.red('the Engine cannot be reached')}`,
  );
  if (answer.leader?.self === false) {
    io.out(`${style.yellow('standing by')}: ${answer.leader.holder ?? 'nobody'} leads`);
  }
  if (answer.suspended)
    io.out(`${style.yellow('suspended')}: every unit, until "skep resume --all"`);
  for (const check of answer.checks.filter((one) => !one.ok)) {
    io.out(`${style.red('not ready')} ${check.name}: ${check.message}`);
  }
  const head = ['UNIT', 'READY', 'SYNC', 'HEALTH', 'REVISION', 'NEXT', 'MESSAGE'].map(style.dim);
  io.out(table([head, ...answer.units.map((unit) => row(unit, style))]));
  for (const delivery of answer.deliveries) {
    if (delivery.state === 'pending' || delivery.state === 'dead') {
      io.out(undelivered(delivery, style));
    }
  }
  for (const line of certificateLines(answer.certificates, style)) io.out(line);
  for (const line of diagnosticLines(answer.diagnostics, style)) io.out(line);
}

function undelivered({ subject, target, state, error }: DeliveryStatus, style: Styles): string {
  const how = state === 'dead' ? style.red('given up') : style.yellow('not delivered yet');
  return `${how} ${subject} to ${target}${error === null ? '' : `: ${error}`}`;
}

function row(unit: UnitStatus, style: Styles): string[] {
  const outcome = unit.outcome;
  const paint = { ready: style.green, wait: style.yellow, retry: style.yellow, stalled: style.red };
  const next = unit.nextRunAt === null ? '-' : age(unit.nextRunAt - Date.now());
  return [
    unit.name,
    outcome ? paint[outcome.result](outcome.result) : '-',
    unit.sync,
    unit.suspended ? 'suspended' : unit.health,
    unit.revision.slice(0, 12),
    next,
    unit.operation ?? (outcome && 'message' in outcome ? outcome.message : ''),
  ];
}

function certificateLines(certificates: Status['certificates'], style: Styles): string[] {
  if (certificates.length === 0) return [];
  const ends = certificates.flatMap(({ name, expiresAt }) =>
    expiresAt === null ? [] : `${name} ends in ${age(expiresAt - Date.now())}`,
  );
  const unseen = certificates.length - ends.length;
  const rest = unseen > 0 ? [`${unseen} cannot be seen from here`] : [];
  const expiring = certificates.filter((one) => one.expiring);
  return [
    `${style.dim('certificates')} ${[...ends, ...rest].join(', ')}`,
    ...expiring.map(({ message }) => `${style.red('certificate expiring')}: ${message}`),
  ];
}
