import { readFile } from 'node:fs/promises';
import { DeliveryFailure } from './delivery-failure.ts';
import { type Message, signedHeaders } from './standard-webhook.ts';

type Receiver = { url: string; secretFile: string };

const longestRetryAfterMs = 3_600_000;

/** Posts a signed message once. Resolves when the receiver took it; rejects with a `DeliveryFailure`, or as `signal` says. */
export async function postWebhook(
  { url, secretFile }: Receiver,
  message: Message,
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<void> {
  const headers = signedHeaders(message, await readSecret(secretFile), now);
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'skep' },
    body: message.body,
    // Where a redirect leads, nobody has said that tokens may go.
    redirect: 'manual',
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new DeliveryFailure(`the receiver cannot be reached (${codeOf(error)})`);
  });
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw refusal(response, now);
}

function refusal({ status, headers }: Response, now: number): DeliveryFailure {
  const said = `the receiver answered ${status}`;
  if (status === 410) return new DeliveryFailure(`${said}: it is gone for good`, { isFinal: true });
  if (status >= 300 && status < 400) {
    return new DeliveryFailure(`${said}, and redirects are not followed`);
  }
  const asksForTime = status === 429 || status === 503;
  const retryAfterMs = asksForTime ? readRetryAfter(headers.get('retry-after'), now) : undefined;
  return new DeliveryFailure(said, { retryAfterMs });
}

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(longestRetryAfterMs, Math.max(0, ms));
}

async function readSecret(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw new DeliveryFailure(`the secret file ${path} cannot be read (${codeOf(error)})`);
  });
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return 'no connection';
}
