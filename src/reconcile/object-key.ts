import type { KindName } from '../desired/desired.ts';

/** `kind/name` of an object or of an action on it; no kind has a slash in it. */
export type ObjectKey = `${KindName}/${string}`;

export function objectKey({ kind, name }: { kind: KindName; name: string }): ObjectKey {
  return `${kind}/${name}`;
}

export function parseObjectKey(key: ObjectKey): { kind: KindName; name: string } {
  const slash = key.indexOf('/');
  return { kind: key.slice(0, slash) as KindName, name: key.slice(slash + 1) };
}
