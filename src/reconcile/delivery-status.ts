import type { DesiredSecret, DesiredUnit } from '../desired/desired.ts';
import { skepLabels } from '../desired/labels.ts';
import { targetsOf } from '../delivery/targets.ts';
import type { DeliveryRow } from '../history/history.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import { fingerprint } from '../tokens/fingerprint.ts';
import type { Condition, DeliveryStatus } from './operator.ts';

/** How each delivery that the files want stands, without anything that was delivered. */
export function deliveryStatus(
  desired: DesiredUnit | undefined,
  rows: readonly DeliveryRow[],
  secrets: readonly DesiredSecret[],
  snapshot: Snapshot | undefined,
): DeliveryStatus[] {
  const targets = targetsOf(desired?.objects ?? []).map(
    ({ subject, way, label, key }): DeliveryStatus => {
      const row = rows.find((row) => row.subject === subject && row.target === key);
      return {
        subject,
        way,
        target: label,
        state: row?.state ?? 'unknown',
        fingerprint: row?.delivered ?? null,
        deliveredAt: row?.deliveredAt ?? null,
        attempts: row?.attempts ?? 0,
        nextAttemptAt: row?.nextAttemptAt ?? null,
        error: row?.error ?? null,
      };
    },
  );
  return [...targets, ...secrets.map((secret) => secretStatus(secret, snapshot))];
}

function secretStatus(
  { name, base = name, spec }: DesiredSecret,
  snapshot: Snapshot | undefined,
): DeliveryStatus {
  const live = snapshot?.secrets.find(({ Spec }) => Spec.Name === name);
  const token = Buffer.from(spec.Data ?? '', 'base64').toString();
  return {
    subject: spec.Labels?.[skepLabels.token] === 'manager' ? 'manager' : 'worker',
    way: 'secret',
    target: base,
    state: live === undefined ? 'pending' : 'delivered',
    fingerprint: live === undefined ? null : fingerprint(token),
    deliveredAt: live === undefined ? null : Date.parse(live.CreatedAt),
    attempts: 0,
    nextAttemptAt: null,
    error: null,
  };
}

/** What of it a person has to know. A key that is nowhere but in a locked Swarm is lost with it. */
export function deliveryConditions(
  desired: DesiredUnit | undefined,
  rows: readonly DeliveryRow[],
): Condition[] {
  const targets = targetsOf(desired?.objects ?? []);
  return rows.flatMap((row) => {
    const target = targets.find(
      ({ subject, key }) => subject === row.subject && key === row.target,
    );
    if (target === undefined || row.attempts === 0 || row.state === 'delivered') return [];
    const { subject } = row;
    const isKey = subject === 'unlock-key';
    const state = row.state === 'dead' ? 'was given up' : `fails (${row.attempts} times so far)`;
    const remedy = isKey
      ? ' Every restarted manager will ask for it: keep what "docker swarm unlock-key" shows.'
      : ' Put it right, then run "skep reconcile cluster".';
    return [
      {
        type: isKey ? 'UnlockKeyNotDelivered' : 'TokenNotDelivered',
        kind: isKey ? ('cluster' as const) : ('token' as const),
        name: isKey ? 'cluster' : subject,
        message: `The delivery of the ${isKey ? 'unlock key' : `${subject} token`} to ${target.label} ${state}: ${row.error}.${remedy}`,
        since: row.since,
      },
    ];
  });
}
