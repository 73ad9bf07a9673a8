import { z } from 'zod';
import { nearest } from './nearest.ts';

/**
 * A mapping of known keys, in which `x-…` keys are passed over as Compose wants it. The issue of an unknown key carries
 * one remedy per key, a line each; `elsewhere` says of keys from other places where they belong.
 */
export function strictObject<Shape extends z.ZodRawShape>(
  shape: Shape,
  elsewhere: ReadonlyMap<string, string> = new Map(),
) {
  const known = Object.keys(shape);
  const object = z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => suggest(key, known, elsewhere)).join('\n')
        : undefined,
  });
  return z.preprocess((value) => withoutExtensions(value, shape), object);
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutExtensions(value: unknown, shape: z.ZodRawShape): unknown {
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(
    ([key]) => !isExtension(key) || Object.hasOwn(shape, key),
  );
  return Object.fromEntries(kept);
}

/** Our own options never pass unread: where they mean nothing, they are an unknown key. */
function isExtension(key: string): boolean {
  return key.startsWith('x-') && key !== 'x-skep';
}

function suggest(key: string, known: string[], elsewhere: ReadonlyMap<string, string>): string {
  const home = elsewhere.get(key);
  if (home !== undefined) return `It belongs below "${home}".`;
  const meant = nearest(key, known);
  return meant === undefined
    ? 'Remove it, or begin its name with "x-".'
    : `Did you mean "${meant}"?`;
}
