import { z } from 'zod';
import { refuse } from './refuse.ts';

const shape = /^(\d+\.?\d*|\.\d+) ?(?:([kmgtp])(?:i?b)?|b)?$/i;
const powers = 'kmgtp';

/** Bytes of a size as Docker writes them: units are powers of 1024, in either case, with or without `b`. */
export function parseSize(text: string): number | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, amount = '', unit = ''] = match;
  const power = unit === '' ? 0 : powers.indexOf(unit.toLowerCase()) + 1;
  const bytes = Math.trunc(Number(amount) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

const remedy = 'Write a number of bytes or one with a unit, such as "512k", "64M" or "1.5g".';

/** A size from `least` bytes; zero always passes, the Engine takes it for "none". */
function sizeFrom(least: number, leastText: string) {
  return z.union([z.string(), z.number()]).transform((value, context): number => {
    const bytes = parseSize(String(value));
    if (bytes === undefined) return refuse(context, 'bad-size', 'is no size', remedy);
    if (bytes !== 0 && bytes < least) {
      return refuse(
        context,
        'bad-size',
        `is less than ${leastText}`,
        `Write ${leastText} or more.`,
      );
    }
    return bytes;
  });
}

export const size = sizeFrom(0, '0');

/** Swarm refuses memory limits and reservations below 4 MiB. */
export const memory = sizeFrom(4 * 1024 * 1024, '4M');
