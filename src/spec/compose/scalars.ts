import { z } from 'zod';
import { refuse } from './refuse.ts';

const flags: Readonly<Record<string, boolean>> = {
  y: true,
  yes: true,
  true: true,
  on: true,
  n: false,
  no: false,
  false: false,
  off: false,
};

/** A boolean; the words of YAML 1.1 are taken as well, since interpolation only yields text. */
export const flag = z.union([z.boolean(), z.string()]).transform((value, context): boolean => {
  if (typeof value === 'boolean') return value;
  return (
    flags[value.toLowerCase()] ??
    refuse(context, 'bad-boolean', 'is neither true nor false', 'Write true or false.')
  );
});

type Bounds = { min?: number; max?: number };

/** A whole number, as a number or as text. */
export function wholeNumber(bounds: Bounds = {}) {
  return z.union([z.number(), z.string()]).transform((value, context): number => {
    const isWhole = typeof value === 'number' || /^[+-]?\d+$/.test(value);
    const number = Number(value);
    if (!isWhole || !Number.isSafeInteger(number)) {
      return refuse(context, 'bad-number', 'is no whole number', 'Write a whole number.');
    }
    return within(number, bounds, context);
  });
}

/** A number with or without decimal places, as a number or as text. */
export function decimal(bounds: Bounds = {}) {
  return z.union([z.number(), z.string()]).transform((value, context): number => {
    const number = value === '' ? Number.NaN : Number(value);
    if (!Number.isFinite(number)) {
      return refuse(context, 'bad-number', 'is no number', 'Write a number.');
    }
    return within(number, bounds, context);
  });
}

function within(number: number, { min, max }: Bounds, context: z.RefinementCtx): number {
  if (min !== undefined && number < min) {
    return refuse(context, 'out-of-range', `is less than ${min}`, `Write ${min} or more.`);
  }
  if (max !== undefined && number > max) {
    return refuse(context, 'out-of-range', `is more than ${max}`, `Write ${max} or less.`);
  }
  return Object.is(number, -0) ? 0 : number;
}

/** A file mode. Text is read as octal; in YAML a leading zero makes the number octal. */
export const fileMode = z.union([z.number(), z.string()]).transform((value, context): number => {
  const mode = typeof value === 'number' ? value : parseOctal(value);
  const isMode = Number.isInteger(mode) && mode >= 0 && mode <= 0o7777;
  return isMode ? mode : refuse(context, 'bad-mode', 'is no file mode', 'Write it as 0440.');
});

function parseOctal(text: string): number {
  return /^(0o)?[0-7]+$/.test(text) ? Number.parseInt(text.replace('0o', ''), 8) : Number.NaN;
}

/** Text of a scalar as Go prints it, which is what Docker does to numbers in labels and variables. */
export function goText(value: string | number | boolean): string {
  if (typeof value !== 'number') return String(value);
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  const isTiny = value !== 0 && Math.abs(value) < 1e-4;
  // Go writes exponents from 1e-5 down and with two digits, JavaScript from 1e-7 and with one.
  return isTiny ? value.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(value);
}
