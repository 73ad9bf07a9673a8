import type { ServiceSpec } from '../../swarm/types.ts';
import type { Canonical } from './canonical.ts';
import { isData, setAt, valueAt } from './spec-path.ts';

/** IDs in live specs back to names; what is no known ID is returned as it is. */
export type Naming = { network(target: string): string; config(id: string): string };

/**
 * One thing of a service that Skep keeps. Comparison, the patch and what a person is shown all come from here:
 * https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Service/operation/ServiceUpdate
 */
export type Field = {
  /** In Compose's words. */
  path: string;
  /** Where the Engine keeps it. */
  at: readonly string[];
  /** Whether a change replaces the tasks. */
  restarts: boolean;
  /** Paths of the changes whose values may be secret: only their names are shown. */
  sensitive?: RegExp;
  /** The canonical form. Of records every key is compared and shown by itself. */
  read(spec: ServiceSpec, naming: Naming): unknown;
  /** Carries what is desired into the clone of the live spec, whose spelling and order stay wherever they can. */
  write(next: ServiceSpec, desired: ServiceSpec, naming: Naming): void;
  /** Leaves one part (a label, a variable, a member) as it is live: the part is not Skep's. */
  keepPart?(desired: ServiceSpec, live: ServiceSpec, part: string): void;
  /** When equal canonical forms are not all there is to it. */
  same?(live: unknown, desired: unknown): boolean;
};

type Options = { restarts?: boolean; sensitive?: RegExp; same?: Field['same'] };

/** A single value of the spec. */
export function single(
  path: string,
  at: readonly string[],
  canonical: Canonical,
  options: Options = {},
): Field {
  return {
    path,
    at,
    restarts: options.restarts ?? true,
    ...(options.same && { same: options.same }),
    read: (spec) => canonical(valueAt(spec, at)),
    write: (next, desired) => setAt(next, at, valueAt(desired, at)),
  };
}

/** Engine's key to Compose's word and the canonical form. */
export type Members = Record<string, readonly [string, Canonical]>;

/**
 * An object of the spec with known members. Members nobody can declare stay as they are live. `absent` is what the Engine
 * takes when there is no such object at all.
 */
export function group(
  path: string,
  at: readonly string[],
  members: Members,
  options: Options & { absent?: Record<string, unknown> } = {},
): Field {
  return {
    path,
    at,
    restarts: options.restarts ?? true,
    ...(options.sensitive && { sensitive: options.sensitive }),
    read(spec) {
      const value = valueAt(spec, at) ?? options.absent ?? {};
      return Object.fromEntries(
        Object.entries(members).map(([key, [word, canonical]]) => [
          word,
          canonical(valueAt(value, [key])),
        ]),
      );
    },
    write(next, desired) {
      const live = valueAt(next, at);
      const rest = isData(live)
        ? Object.entries(live).filter(([key, value]) => !(key in members) && value !== null)
        : [];
      const wanted = valueAt(desired, at);
      if (wanted === undefined && rest.length === 0) return setAt(next, at, undefined);
      setAt(next, at, { ...Object.fromEntries(rest), ...(wanted as object | undefined) });
    },
    keepPart(desired, live, part) {
      const key = Object.keys(members).find((key) => members[key]?.[0] === part);
      if (key === undefined) return;
      const base = valueAt(desired, at) ?? options.absent ?? {};
      const value = valueAt(valueAt(live, at) ?? options.absent ?? {}, [key]);
      setAt(desired, at, base);
      setAt(desired, [...at, key], value);
    },
  };
}

/**
 * Changes a list towards the desired one as little as it can: entries that stay keep place and spelling, changed ones
 * keep their place, new ones go to the end.
 */
export function mergeList<Item>(
  live: readonly Item[],
  desired: readonly Item[],
  keyOf: (item: Item) => string,
  same: (live: Item, desired: Item) => boolean,
): Item[] {
  const wanted = new Map(desired.map((item) => [keyOf(item), item]));
  const merged: Item[] = [];
  for (const item of live) {
    const key = keyOf(item);
    const want = wanted.get(key);
    if (want === undefined) continue;
    merged.push(same(item, want) ? item : structuredClone(want));
    wanted.delete(key);
  }
  return [...merged, ...structuredClone([...wanted.values()])];
}

/** Whether a name is meant by a part as users write it: the name, or its beginning with a `*` after it. */
export function matcher(part: string): (name: string) => boolean {
  if (!part.endsWith('*')) return (name) => name === part;
  const beginning = part.slice(0, -1);
  return (name) => name.startsWith(beginning);
}

/** An empty list and none are the same to the Engine, and it stores none. */
export function setList(spec: ServiceSpec, at: readonly string[], items: readonly unknown[]): void {
  setAt(spec, at, items.length === 0 ? undefined : items);
}
