import { durationText } from '../duration-text.ts';

/** Canonical forms of single values: what the Engine takes for the same becomes the same. */
export type Canonical = (value: unknown) => unknown;

export function or(standard: string | number | boolean): Canonical {
  return (value) => (value === undefined || value === null || value === '' ? standard : value);
}

/** For numbers whose zero means "not set". */
export function nonZero(standard: number | null): Canonical {
  return (value) => (value === undefined || value === null || value === 0 ? standard : value);
}

/** Nanoseconds, for people; `zero` is there where zero means something else. */
export function duration(standard: number, zero = 0): Canonical {
  return (value) => durationText(value === 0 ? zero : Number(value ?? standard));
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function set(value: unknown): string[] {
  return [...new Set(list(value).map(String))].sort();
}

export function map(value: unknown): Record<string, unknown> {
  return { ...(value as Record<string, unknown> | null | undefined) };
}

/** Without members that are null, empty or zero, all the way down. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .map(([key, member]) => [key, withoutEmpty(member)] as const)
    .filter(([, member]) => !isEmpty(member));
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) {
    return true;
  }
  return typeof value === 'object' && Object.keys(value).length === 0;
}
