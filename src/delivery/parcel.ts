import { createHash } from 'node:crypto';
import type { RotationSubject } from '../spec/cluster.ts';
import { fingerprint } from '../tokens/fingerprint.ts';
import type { Message } from './standard-webhook.ts';
import type { Target } from './targets.ts';

/** What is delivered. `since`: when it became known, in ms since the epoch. */
export type Parcel = { subject: RotationSubject; content: string; since: number };

/** What a file holds that the parcel was delivered to. */
export function fileText({ content }: Parcel): string {
  return `${content}\n`;
}

/** The same for every try, and for every Skep that tries: a receiver can tell that it has it already. */
export function messageOf(parcel: Parcel, target: Target): Message {
  const { subject, content, since } = parcel;
  const print = fingerprint(content);
  const data =
    subject === 'unlock-key'
      ? { unlock_key: content, fingerprint: print }
      : { role: subject, token: content, fingerprint: print };
  const type = subject === 'unlock-key' ? 'unlock_key.rotated' : 'token.rotated';
  return message(type, `${subject} ${print} ${target.key}`, since, data);
}

/** Says that a key may come, to find out whether it could. */
export function testMessage(target: Target, at: number): Message {
  return message('unlock_key.test', `test ${target.key} ${at}`, at, {});
}

function message(type: string, identity: string, at: number, data: object): Message {
  const id = `msg_${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`;
  return { id, body: JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }) };
}
