import { z } from 'zod';
import { refuse } from './refuse.ts';

const unitNanos: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
const largest = 2n ** 63n - 1n;

/** Nanoseconds of a duration as Go writes them (https://pkg.go.dev/time#ParseDuration), or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1n : 1n;
  const digits = text.replace(/^[+-]/, '');
  if (digits === '0') return 0;
  const parts = splitParts(digits);
  if (parts === undefined) return undefined;
  const total = parts.reduce((sum, [amount, unit]) => sum + scale(amount, unit), 0n);
  return total > largest ? undefined : Number(sign * total);
}

function splitParts(text: string): [amount: string, unit: bigint][] | undefined {
  const parts: [string, bigint][] = [];
  part.lastIndex = 0;
  let end = 0;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    const [, amount = '', unit = ''] = match;
    parts.push([amount, unitNanos[unit] ?? 0n]);
    end = part.lastIndex;
  }
  return parts.length > 0 && end === text.length ? parts : undefined;
}

function scale(amount: string, unit: bigint): bigint {
  const [whole = '', fraction = ''] = amount.split('.');
  const exact = BigInt(whole + fraction || '0') * unit;
  return exact / 10n ** BigInt(fraction.length);
}

const example = 'Write a number with its unit, such as "500ms", "10s" or "1h30m".';

/** A duration that may not be negative, and if it is not zero at least `least` nanoseconds long. */
function durationFrom(least: number) {
  return z.union([z.string(), z.number()]).transform((value, context): number => {
    if (typeof value === 'number' && value !== 0) {
      return refuse(context, 'bad-duration', 'is a number without a unit', example);
    }
    const nanos = parseDuration(String(value));
    if (nanos === undefined) return refuse(context, 'bad-duration', 'is no duration', example);
    if (nanos < 0) return refuse(context, 'bad-duration', 'is negative', example);
    if (nanos !== 0 && nanos < least) {
      return refuse(context, 'bad-duration', 'is shorter than 1ms', 'Write at least "1ms".');
    }
    return nanos;
  });
}

export const duration = durationFrom(0);

/** The Engine refuses shorter ones in health checks; zero means its default. */
export const healthDuration = durationFrom(1_000_000);
