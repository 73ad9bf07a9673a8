import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** what is awaited, for the error message */
  what: string;
  /** milliseconds until it is given up */
  within: number;
  /** milliseconds between two checks, 100 by default */
  every?: number;
}

const NOTHING = 'nothing came back';

class OutOfTime extends Error {}

/**
 * Awaits a condition: `check` is repeated until it returns something truthy, which is returned.
 * A check that throws counts as "not yet". After `within` the error tells the last value or error seen.
 */
export async function eventually<T>(
  check: () => Promise<T> | T,
  { what, within, every = 100 }: Patience,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + within;
  let last = NOTHING;
  while (performance.now() < deadline) {
    try {
      const value = await inTime(check(), deadline - performance.now());
      if (value) return value;
      last = `the last value was ${JSON.stringify(value)}`;
    } catch (error) {
      if (error instanceof OutOfTime && last !== NOTHING) break;
      last = `the last error was: ${error instanceof Error ? error.message : String(error)}`;
    }
    await pause(Math.max(0, Math.min(every, deadline - performance.now())));
  }
  throw new Error(`gave up on "${what}" after ${within} ms; ${last}`);
}

/** The value of a promise, or an error when it takes longer than `within` milliseconds. */
export async function inTime<T>(work: Promise<T> | T, within: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new OutOfTime(`no answer within ${Math.round(within)} ms`)),
    Math.max(1, within),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
