import { sensitiveValue } from '../plan/action.ts';
import type { Change } from '../plan/action.ts';

/**
 * The last net, not the first: whoever makes changes has put `(sensitive)` where a value must not be seen. This one only
 * knows what it can tell by its shape: join tokens, unlock keys and private keys.
 */
export function redactText(text: string): string {
  return text.replace(tellTale, sensitiveValue);
}

const tellTale =
  /SWMTKN-1-[\w-]+|SWMKEY-1-[\w+/=-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)|AGE-SECRET-KEY-1\w+/g;

/** Changes as JSON. A side that is not there becomes null, so that both keys are always present. */
export function writeChanges(changes: readonly Change[]): string {
  const whole = changes.map(({ path, from, to }) => ({ path, from: from ?? null, to: to ?? null }));
  return JSON.stringify(whole, (_key, value: unknown) =>
    typeof value === 'string' ? redactText(value) : value,
  );
}

export function readChanges(json: string): Change[] {
  return JSON.parse(json) as Change[];
}
