import { isScalar } from 'yaml';
import type { Scalar } from 'yaml';

/**
 * What a scalar means to Docker, whose YAML takes integers from both versions of YAML: `0440` is octal and `1_000` a
 * thousand, though `yes` is a text (https://github.com/go-yaml/yaml/blob/v3/resolve.go).
 */
export function resolveScalar(scalar: Scalar): unknown {
  const { value, source } = scalar;
  const isPlain = scalar.type === 'PLAIN' && scalar.tag === undefined && source !== undefined;
  if (isPlain) {
    const integer = parseInteger(source);
    if (integer !== undefined) return integer;
  }
  if (typeof value === 'bigint' || value instanceof Date) return source ?? String(value);
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return source ?? String(value);
  }
  return value ?? null;
}

/** The text itself where a number of JavaScript would lose digits. */
function parseInteger(source: string): number | string | undefined {
  const match = /^([-+]?)(0[bB][01_]+|0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]+|0|[1-9][0-9_]*)$/.exec(
    source,
  );
  if (!match) return undefined;
  const digits = match[2]!.replaceAll('_', '').replace(/^0[oO]?(?=[0-7])/, '0o');
  const size = Number(digits);
  if (!Number.isSafeInteger(size)) return source;
  return match[1] === '-' && size !== 0 ? -size : size;
}

/** Keys are texts as they are written, numbers and `yes` too. */
export function keyText(key: Scalar): string | undefined {
  const isText = key.type !== 'PLAIN' && typeof key.value === 'string';
  const text = isText ? key.value : key.source;
  return isText || text !== '' ? String(text) : undefined;
}

export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

export function offsetOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] } | null | undefined)?.range?.[0];
}
