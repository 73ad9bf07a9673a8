import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Node, Pair, YAMLMap } from 'yaml';
import type { Path } from './diagnostic.ts';
import { isMergeKey, keyText } from './yaml-scalar.ts';

type Found = { key?: Node; node: Node | undefined };

/** Finds nodes by path, through aliases and merges. */
export class NodeFinder {
  readonly #root: Node | null;
  readonly #definitions: ReadonlyMap<Alias, Node>;
  readonly #indexes = new Map<YAMLMap, Map<string, Pair>>();

  constructor(root: Node | null, definitions: ReadonlyMap<Alias, Node>) {
    this.#root = root;
    this.#definitions = definitions;
  }

  find(path: Path): Found | undefined {
    let found: Found | undefined = this.#root ? { node: this.#target(this.#root) } : undefined;
    for (const step of path) found = found?.node && this.#step(found.node, step);
    return found;
  }

  #step(node: Node, step: string | number): Found | undefined {
    if (isMap(node)) return this.#entry(node, String(step));
    if (!isSeq(node)) return undefined;
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { node: this.#target(item as Node) };
  }

  #entry(map: YAMLMap, key: string): Found | undefined {
    const pair = this.#pairs(map).get(key);
    if (pair) return { key: pair.key as Node, node: this.#target(pair.value as Node | null) };
    for (const source of this.#mergeSources(map)) {
      const found = this.#entry(source, key);
      if (found) return found;
    }
    return undefined;
  }

  /** A file of a megabyte may have a hundred thousand keys, and a finding about each. */
  #pairs(map: YAMLMap): Map<string, Pair> {
    const known = this.#indexes.get(map);
    if (known) return known;
    const index = new Map<string, Pair>();
    for (const pair of map.items) {
      const node = this.#target(pair.key as Node);
      const key = isScalar(node) && !isMergeKey(pair.key) ? keyText(node) : undefined;
      if (key !== undefined && !index.has(key)) index.set(key, pair);
    }
    this.#indexes.set(map, index);
    return index;
  }

  #mergeSources(map: YAMLMap): YAMLMap[] {
    return map.items
      .filter((pair) => isMergeKey(pair.key))
      .flatMap((pair) => {
        const value = this.#target(pair.value as Node | null);
        const sources = isSeq(value)
          ? value.items.map((item) => this.#target(item as Node))
          : [value];
        return sources.filter((source) => isMap(source));
      });
  }

  #target(node: Node | null): Node | undefined {
    return isAlias(node) ? this.#definitions.get(node) : (node ?? undefined);
  }
}
