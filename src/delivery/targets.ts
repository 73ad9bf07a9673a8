import { createHash } from 'node:crypto';
import type { DesiredObject } from '../desired/desired.ts';
import type { Delivery, RotationSubject } from '../spec/cluster.ts';

/** Where a token or key goes. `key` tells targets of one subject apart and gives nothing away; `label` is for people. */
export type Target = { subject: RotationSubject; key: string; label: string } & (
  { way: 'file'; path: string } | { way: 'webhook'; url: string; secretFile: string }
);

/** What the files want delivered to files and webhooks; secrets are objects of the Swarm, which a plan makes. */
export function targetsOf(objects: readonly DesiredObject[]): Target[] {
  return declaredDeliveries(objects).flatMap(({ subject, delivery }) => {
    const target = targetOf(subject, delivery);
    return target === undefined ? [] : [target];
  });
}

function declaredDeliveries(
  objects: readonly DesiredObject[],
): { subject: RotationSubject; delivery: Delivery }[] {
  return objects.flatMap((object) => {
    if (object.kind === 'token') return each(object.name, object.schedule.deliver);
    if (object.kind === 'cluster') return each('unlock-key', object.settings.unlock_key?.deliver);
    return [];
  });
}

function each(subject: RotationSubject, deliveries: readonly Delivery[] = []) {
  return deliveries.map((delivery) => ({ subject, delivery }));
}

function targetOf(
  subject: RotationSubject,
  { file, webhook, secret_file: secretFile = '' }: Delivery,
): Target | undefined {
  if (file !== undefined) {
    return { subject, way: 'file', path: file, label: file, key: keyOf(`file ${file}`) };
  }
  if (webhook === undefined) return undefined;
  // What comes after the host may be a secret of the receiver's.
  const label = new URL(webhook).origin;
  const key = keyOf(`webhook ${webhook}`);
  return { subject, way: 'webhook', url: webhook, secretFile, label, key };
}

function keyOf(address: string): string {
  return createHash('sha256').update(address).digest('hex').slice(0, 16);
}
