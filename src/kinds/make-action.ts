import type { KindName } from '../desired/desired.ts';
import type { Action } from '../plan/action.ts';

type Subject = { unit: string; kind: KindName; name: string };

/** An action with what most have: no restart, no changes, no writes. */
export function makeAction(
  { unit, kind, name }: Subject,
  rest: Pick<Action, 'action' | 'reason'> & Partial<Action>,
): Action {
  return { unit, kind, name, restarts: false, changes: [], writes: [], ...rest };
}

/** Something is in the way that a person has to look at. */
export function blocked(subject: Subject, reason: string, rest: Partial<Action> = {}): Action {
  return makeAction(subject, { action: 'blocked', reason, ...rest });
}

/** Something has to happen first, and will without anybody touching a file. */
export function waiting(subject: Subject, reason: string, rest: Partial<Action> = {}): Action {
  return blocked(subject, reason, { waiting: true, ...rest });
}

/** Condition of what waits until a network is made anew. */
export const replacing = 'NetworkReplacing';

/** As `blocked`, of something that says nothing about the rest of the unit. */
export function obstacle(subject: Subject, reason: string, rest: Partial<Action> = {}): Action {
  return blocked(subject, reason, { aside: true, ...rest });
}

export function belongsTo(subject: Subject, owner: string): Action {
  return blocked(
    subject,
    `The ${subject.kind} ${subject.name} belongs to ${owner}. Give one of the two another name, or take it out of the other's files first.`,
    { condition: 'NotOwned' },
  );
}

/** `2 fields`, `1 field`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
