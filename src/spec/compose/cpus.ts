import { z } from 'zod';
import { refuse } from './refuse.ts';

const shape = /^\+?(\d*)\.?(\d*)(?:e([+-]?\d{1,2}))?$/i;
const nanoDigits = 9;

/**
 * Billionths of a processor, exactly; undefined when it is no number. `"too-fine"` when a digit would be lost, which
 * Docker refuses as well.
 */
export function parseCpus(text: string): number | 'too-fine' | undefined {
  const match = shape.exec(text);
  const [, whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || whole + fraction === '') return undefined;
  const shift = nanoDigits + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  if (shift >= 0) return safe(digits * 10n ** BigInt(shift));
  const divisor = 10n ** BigInt(-shift);
  return digits % divisor === 0n ? safe(digits / divisor) : 'too-fine';
}

function safe(value: bigint): number | undefined {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

const remedy = 'Write a number of processors, such as "0.5".';

export const cpus = z.union([z.string(), z.number()]).transform((value, context): number => {
  const nanos = parseCpus(String(value));
  if (nanos === undefined) return refuse(context, 'bad-cpus', 'is no number of processors', remedy);
  if (nanos === 'too-fine') {
    return refuse(context, 'bad-cpus', 'has more than nine decimal places', remedy);
  }
  if (nanos !== 0 && nanos < 1_000_000) {
    return refuse(context, 'bad-cpus', 'is less than 0.001', 'Write "0.001" or more.');
  }
  return nanos;
});
