import { isDeepStrictEqual } from 'node:util';
import { type Change, sensitiveValue } from '../plan/action.ts';
import { isData } from './service/spec-path.ts';

/**
 * What a person is shown of two canonical values: records key by key, anything else as a whole. Absent is `null`; of
 * values whose path is sensitive only their being there is shown.
 */
export function differences(
  path: string,
  from: unknown,
  to: unknown,
  sensitive?: RegExp,
): Change[] {
  if (isDeepStrictEqual(from, to)) return [];
  if (isData(from) && isData(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => differences(`${path}.${key}`, from[key], to[key], sensitive));
  }
  return [{ path, from: shown(path, from, sensitive), to: shown(path, to, sensitive) }];
}

function shown(path: string, value: unknown, sensitive: RegExp | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (!isData(value)) return sensitive?.test(path) ? sensitiveValue : value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, shown(`${path}.${key}`, member, sensitive)]),
  );
}
