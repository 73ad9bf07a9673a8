import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Diagnostic, Place } from './diagnostic.ts';
import { isPlainObject } from './plain-object.ts';
import { Override, Reset } from './tags.ts';
import { isMergeKey, keyText, offsetOf, resolveScalar } from './yaml-scalar.ts';

const maxDepth = 100;
const maxReported = 50;
/** How many values all aliases of a file may repeat together: a bomb of a few lines has billions. */
const maxAliased = 50_000;

class ReadError extends Error {}

/** Turns the document's nodes into plain values. */
export class ValueReader {
  readonly diagnostics: Diagnostic[] = [];
  /** What each alias stands for: the last anchor of its name before it. */
  readonly definitions = new Map<Alias, Node>();
  readonly #document: Document.Parsed;
  readonly #placeAt: (offset: number) => Place;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  readonly #counts = { error: 0, warning: 0 };
  #aliasDepth = 0;
  #aliased = 0;

  constructor(document: Document.Parsed, placeAt: (offset: number) => Place) {
    this.#document = document;
    this.#placeAt = placeAt;
  }

  read(): unknown {
    try {
      return this.#value(this.#document.contents, 0);
    } catch (error) {
      if (error instanceof ReadError) return undefined;
      throw error;
    }
  }

  #value(node: unknown, depth: number): unknown {
    this.#guard(node, depth);
    if (isAlias(node)) return this.#alias(node, depth);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
    if (node.anchor !== undefined && this.#aliasDepth === 0) {
      this.#anchors.set(node.anchor, node);
    }
    this.#open.add(node);
    const plain = this.#plain(node, depth);
    this.#open.delete(node);
    return this.#tagged(node, plain);
  }

  #plain(node: Scalar | YAMLMap | YAMLSeq, depth: number): unknown {
    if (isScalar(node)) return resolveScalar(node);
    if (isMap(node)) return this.#pairs(node.items, depth);
    return node.items.map((item) => this.#value(item, depth + 1));
  }

  #pairs(pairs: Pair[], depth: number): Record<string, unknown> {
    const own = new Map<string, unknown>();
    const merged = new Map<string, unknown>();
    const keys = new Map<string, number>();
    for (const pair of pairs) {
      const key = this.#key(pair.key);
      if (key === undefined) continue;
      if (this.#duplicate(key, pair, keys)) continue;
      const value = this.#value(pair.value, depth + 1);
      if (!isMergeKey(pair.key)) own.set(key, value);
      else for (const [k, v] of this.#merges(pair, value)) if (!merged.has(k)) merged.set(k, v);
    }
    // `fromEntries` defines keys: `__proto__` is a key like any other.
    return Object.fromEntries([...merged, ...own]);
  }

  #merges(pair: Pair, value: unknown): [string, unknown][] {
    const sources = Array.isArray(value) ? value : [value];
    return sources.flatMap((source) => {
      if (isPlainObject(source)) return Object.entries(source);
      this.#report(pair.key, 'yaml-merge', '"<<" takes a mapping or a list of mappings.');
      return [];
    });
  }

  #key(node: unknown): string | undefined {
    const key = isAlias(node) ? this.#definition(node) : node;
    if (isScalar(key)) {
      if (key.anchor !== undefined) this.#anchors.set(key.anchor, key);
      const text = keyText(key);
      if (text !== undefined) return text;
      this.#report(node, 'yaml-key', 'A key is missing before ":".', 'Write the name of the key.');
      return undefined;
    }
    const remedy = 'Quote the text if it starts with { or [, as in "{{ name }}".';
    this.#report(node, 'yaml-key', 'A key must be a text, not a list or a mapping.', remedy);
    return undefined;
  }

  #duplicate(key: string, pair: Pair, keys: Map<string, number>): boolean {
    const first = keys.get(key);
    const offset = offsetOf(pair.key) ?? 0;
    if (first === undefined) {
      keys.set(key, offset);
      return false;
    }
    const { line } = this.#placeAt(first);
    const message = `"${key}" is there twice, first in line ${line}.`;
    this.#report(pair.key, 'duplicate-key', message, 'Keep one of the two.');
    return true;
  }

  #alias(alias: Alias, depth: number): unknown {
    const target = this.#definition(alias);
    if (target === undefined) {
      const message = 'An alias (*) refers to an anchor (&) that is not defined before it.';
      const remedy = 'Define the anchor above, or quote the text if it starts with "*".';
      this.#report(alias, 'yaml-alias', message, remedy);
      return null;
    }
    if (this.#open.has(target)) {
      this.definitions.delete(alias);
      this.#report(alias, 'yaml-alias', 'An alias (*) stands inside of its own anchor (&).');
      return null;
    }
    this.#aliasDepth++;
    const value = this.#value(target, depth + 1);
    this.#aliasDepth--;
    return value;
  }

  #definition(alias: Alias): Node | undefined {
    const known = this.definitions.get(alias) ?? this.#anchors.get(alias.source);
    if (known) this.definitions.set(alias, known);
    return known;
  }

  #tagged(node: Scalar | YAMLMap | { tag?: string }, plain: unknown): unknown {
    const { tag } = node;
    if (tag === undefined || tag.startsWith('tag:yaml.org,2002:')) return plain;
    if (tag === '!reset') return new Reset();
    if (tag === '!override') return new Override(plain);
    const message = 'A tag (!) other than !reset and !override means nothing and is ignored.';
    const remedy = 'Remove it, or quote the text if it starts with "!".';
    this.#add('warning', node, 'yaml-tag', message, remedy);
    return plain;
  }

  #guard(node: unknown, depth: number): void {
    if (depth > maxDepth) {
      this.#fail(node, 'yaml-too-deep', `Values are nested more than ${maxDepth} deep.`);
    }
    if (this.#aliasDepth > 0 && ++this.#aliased > maxAliased) {
      this.#fail(node, 'yaml-too-large', `Aliases repeat more than ${maxAliased} values.`);
    }
  }

  #fail(node: unknown, code: string, message: string): never {
    this.#report(node, code, message, 'Write the values out, or split the file.');
    throw new ReadError(message);
  }

  #report(node: unknown, code: string, message: string, remedy?: string): void {
    this.#add('error', node, code, message, remedy);
  }

  /** Warnings and errors are counted apart: no number of warnings may hide an error. */
  #add(
    severity: Diagnostic['severity'],
    node: unknown,
    code: string,
    message: string,
    remedy: string | undefined,
  ): void {
    if (this.#counts[severity]++ >= maxReported) return;
    const place = this.#placeAt(offsetOf(node) ?? 0);
    this.diagnostics.push({ severity, code, message, ...(remedy && { remedy }), place });
  }
}
