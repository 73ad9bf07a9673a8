import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Node, YAMLMap } from 'yaml';
import type { Path } from './diagnostic.ts';
import { isMergeKey, keyText } from './yaml-scalar.ts';

type Found = { key?: Node; node: Node | undefined };

/** Finds nodes by path, through aliases and merges. */
export class NodeFinder {
  readonly #root: Node | null;
  readonly #definitions: ReadonlyMap<Alias, Node>;

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
    const pair = map.items.find((pair) => {
      const node = this.#target(pair.key as Node);
      return isScalar(node) && keyText(node) === key && !isMergeKey(pair.key);
    });
    if (pair) return { key: pair.key as Node, node: this.#target(pair.value as Node | null) };
    for (const source of this.#mergeSources(map)) {
      const found = this.#entry(source, key);
      if (found) return found;
    }
    return undefined;
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
