import { diagnosticText } from './desired-set.ts';
import type { PassFacts } from './decide-outcome.ts';
import { parseObjectKey } from './object-key.ts';
import type { Condition } from './operator.ts';

/** Everything about the unit that a person may have to know, each since when it holds. */
export function conditionsOf(facts: PassFacts, before: readonly Condition[]): Condition[] {
  const found: Omit<Condition, 'since'>[] = [
    ...(facts.problem === undefined ? [] : [{ type: 'InvalidFiles', message: facts.problem }]),
    ...facts.diagnostics
      .filter((diagnostic) => diagnostic.severity === 'error')
      .map((diagnostic) => ({ type: diagnostic.code, message: diagnosticText(diagnostic) })),
    ...facts.actions
      .filter((action) => action.action === 'blocked')
      .map(({ condition = 'Blocked', kind, name, reason }) => ({
        type: condition,
        kind,
        name,
        message: reason,
      })),
    ...facts.held.map(({ action: { kind, name }, reason, message }) => ({
      type: reason,
      kind,
      name,
      message,
    })),
    ...facts.applied.failed.map(({ action: { kind, name }, message }) => ({
      type: 'WriteFailed',
      kind,
      name,
      message,
    })),
    ...facts.notices,
    ...[...facts.health]
      .map(([key, one]) => ({ ...parseObjectKey(key), ...one }))
      .filter(
        ({ kind, health, reason }) =>
          health === 'degraded' || (kind === 'node' && reason !== 'Drained'),
      )
      .map(({ kind, name, reason, message }) => ({ type: reason, kind, name, message })),
  ];
  return found.map((condition) => {
    const known = before.find((one) => isSame(one, condition));
    return { ...condition, since: known?.since ?? facts.now };
  });
}

function isSame(a: Omit<Condition, 'since'>, b: Omit<Condition, 'since'>): boolean {
  return a.type === b.type && a.kind === b.kind && a.name === b.name;
}
