import { createHmac } from 'node:crypto';
import { DeliveryFailure } from './delivery-failure.ts';

/** One message to a receiver; it keeps its ID over all tries. */
export type Message = { id: string; body: string };

/**
 * The headers of a message as Standard Webhooks has them: https://www.standardwebhooks.com. `secrets` is the text of a
 * secret file: one signing secret, or several while a receiver changes over. `at` in ms since the epoch.
 */
export function signedHeaders(
  { id, body }: Message,
  secrets: string,
  at: number,
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = signingKeys(secrets).map((key) => {
    const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
    return `v1,${signed.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

const shortestKey = 24;

function signingKeys(text: string): Buffer[] {
  const keys = text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => Buffer.from(/^whsec_([\w+/=-]+)$/.exec(word)?.[1] ?? '', 'base64'));
  if (keys.length > 0 && keys.every((key) => key.length >= shortestKey)) return keys;
  throw new DeliveryFailure(
    `the secret file holds no signing secret: "whsec_" and at least ${shortestKey} bytes in base64`,
  );
}
