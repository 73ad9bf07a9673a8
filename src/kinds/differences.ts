import { isDeepStrictEqual } from 'node:util';
import { type Change, sensitiveValue } from '../plan/action.ts';
import { isData } from './service/spec-path.ts';

/**
 * What a person is shown of two canonical values: records key by key, anything else as a whole. Absent is `null`, whatever
 * is sensitive is only said to be there.
 */
export function differences(path: string, from: unknown, to: unknown, sensitive = false): Change[] {
  if (isDeepStrictEqual(from, to)) return [];
  if (isData(from) && isData(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => differences(`${path}.${key}`, from[key], to[key], sensitive));
  }
  return [{ path, from: shown(from, sensitive), to: shown(to, sensitive) }];
}

function shown(value: unknown, sensitive: boolean): unknown {
  if (value === undefined || value === null) return null;
  return sensitive ? sensitiveValue : value;
}
