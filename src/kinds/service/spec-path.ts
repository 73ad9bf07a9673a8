/** Reading and writing below a spec by path. The Engine's JSON is data here: absent and null are the same. */
type Data = Record<string, unknown>;

export function valueAt(spec: object, path: readonly string[]): unknown {
  let value: unknown = spec;
  for (const key of path) value = isData(value) ? value[key] : undefined;
  return value ?? undefined;
}

/** Sets the value and makes the objects on the way; `undefined` takes the key away and makes nothing. */
export function setAt(spec: object, path: readonly string[], value: unknown): void {
  let parent = spec as Data;
  for (const key of path.slice(0, -1)) {
    const child = parent[key];
    if (isData(child)) {
      parent = child;
    } else if (value === undefined) {
      return;
    } else {
      const made: Data = {};
      parent[key] = made;
      parent = made;
    }
  }
  const last = path.at(-1);
  if (last === undefined) return;
  if (value === undefined) delete parent[last];
  else parent[last] = structuredClone(value);
}

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
