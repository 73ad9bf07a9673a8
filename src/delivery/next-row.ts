import type { DeliveryRow } from '../history/history.ts';
import { backoffDelay, retryBackoff } from '../reconcile/backoff.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import type { Target } from './targets.ts';

/** After so long without success a delivery is given up. */
export const giveUpMs = 24 * 3_600_000;

/** The row of a target that is to have `wanted` (a fingerprint): what is known of it, or a new delivery. */
export function rowFor(
  { subject, key }: Pick<Target, 'subject' | 'key'>,
  wanted: string,
  known: DeliveryRow | undefined,
  now: number,
): DeliveryRow {
  if (known?.wanted === wanted) return known;
  const { delivered = null, deliveredAt = null } = known ?? {};
  return afresh({ subject, target: key, wanted, delivered, deliveredAt }, now);
}

/** The same delivery from the beginning, with all its tries before it. */
export function afresh(
  row: Pick<DeliveryRow, 'subject' | 'target' | 'wanted' | 'delivered' | 'deliveredAt'>,
  now: number,
): DeliveryRow {
  const { subject, target, wanted, delivered, deliveredAt } = row;
  return {
    subject,
    target,
    wanted,
    state: 'pending',
    since: now,
    attempts: 0,
    nextAttemptAt: now,
    delivered,
    deliveredAt,
    error: null,
  };
}

export function afterSuccess(row: DeliveryRow, now: number): DeliveryRow {
  const { wanted: delivered } = row;
  return {
    ...row,
    state: 'delivered',
    attempts: 0,
    nextAttemptAt: null,
    delivered,
    deliveredAt: now,
    error: null,
  };
}

export function afterFailure(
  row: DeliveryRow,
  error: unknown,
  now: number,
  random: () => number,
): DeliveryRow {
  const message = error instanceof Error ? error.message : String(error);
  const failed = { ...row, attempts: row.attempts + 1, error: message };
  const isFinal = error instanceof DeliveryFailure && error.isFinal;
  if (isFinal || now - row.since >= giveUpMs) {
    return { ...failed, state: 'dead', nextAttemptAt: null };
  }
  const asked = error instanceof DeliveryFailure ? (error.retryAfterMs ?? 0) : 0;
  const delay = Math.max(asked, backoffDelay(row.attempts, retryBackoff, random));
  return { ...failed, state: 'pending', nextAttemptAt: now + delay };
}
