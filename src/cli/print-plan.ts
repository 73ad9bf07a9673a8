import type { Change } from '../plan/action.ts';
import type { PlanReport } from '../reconcile/operator.ts';
import { diagnosticLines } from './print-diagnostics.ts';
import type { Styles } from './style.ts';

type PlannedAction = PlanReport['actions'][number];

/** A plan as people read it: one line an object, one line a field, a summary at the end. */
export function planLines(plan: PlanReport, style: Styles): string[] {
  return [
    ...diagnosticLines([...plan.errors, ...plan.warnings], style),
    ...plan.actions.flatMap((action) => actionLines(action, style)),
    summary(plan, style),
  ];
}

function actionLines(action: PlannedAction, style: Styles): string[] {
  const symbols = {
    create: style.green('+'),
    update: style.yellow('~'),
    replace: style.yellow('±'),
    delete: style.red('-'),
    blocked: style.red('!'),
  };
  const effect = action.restarts ? style.dim(' (restarts tasks)') : '';
  const unit = style.dim(`[${action.unit}]`);
  return [
    `${symbols[action.action]} ${action.kind} ${style.bold(action.name)} ${unit} ${action.reason}${effect}`,
    ...(action.action === 'create' ? [] : changeLines(action.changes).map((line) => `    ${line}`)),
  ];
}

export function changeLines(changes: readonly Change[]): string[] {
  return changes.map((change) => `${change.path}: ${shown(change.from)} → ${shown(change.to)}`);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '(none)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

function summary(plan: PlanReport, style: Styles): string {
  const count = (action: PlannedAction['action']) =>
    plan.actions.filter((one) => one.action === action).length;
  if (plan.actions.length === 0) {
    return plan.errors.length > 0
      ? style.red('No plan for what has errors.')
      : style.green('Nothing to do: the cluster is as the files say.');
  }
  const blocked = count('blocked') > 0 ? `, ${count('blocked')} blocked` : '';
  return style.bold(
    `Plan: ${count('create')} to create, ${count('update')} to update, ${count('replace')} to replace, ${count('delete')} to delete${blocked}.`,
  );
}
