import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document, Pair, Scalar, YAMLMap } from 'yaml';
import { decryptValue } from './encrypted-value.ts';
import type { Decrypted } from './encrypted-value.ts';
import { checkMac, startMac } from './mac.ts';
import { isEncryptedPath, readMetadata } from './metadata.ts';
import type { Metadata } from './metadata.ts';
import { openDataKey } from './data-key.ts';

/** A YAML or JSON text (JSON is YAML) with its plain bytes, and where they stand. */
type Edit = { start: number; end: number; text: string };

const block = 'sops';

/** The `sops` block of a YAML or JSON text, or undefined when it is not encrypted (or is not readable: not ours to say). */
export function structuredMetadata(text: string): unknown {
  if (!/["']?sops["']?\s*:/.test(text)) return undefined;
  const [document] = parse(text);
  if (!document || document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const found = document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>;
  const metadata = found[block];
  const isBlock = typeof metadata === 'object' && metadata !== null && 'mac' in metadata;
  return isBlock ? metadata : undefined;
}

/** The text with every encrypted value in clear, on its own line still, and without the `sops` block. */
export async function decryptStructured(
  text: string,
  identities: readonly string[],
): Promise<string> {
  const metadata = readMetadata(structuredMetadata(text));
  const key = await openDataKey(metadata, identities);
  const walked = walkAll(text, metadata, key);
  checkMac(walked.mac, metadata, key);
  return edit(text, walked.edits);
}

/** The one value of a file that is neither YAML, JSON nor dotenv: bytes as they were. */
export async function decryptBinary(text: string, identities: readonly string[]): Promise<Buffer> {
  const metadata = readMetadata(structuredMetadata(text));
  const key = await openDataKey(metadata, identities);
  const walked = walkAll(text, metadata, key);
  checkMac(walked.mac, metadata, key);
  return walked.plain[0]?.bytes ?? Buffer.alloc(0);
}

function parse(text: string): Document[] {
  const octal = {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^0[0-7]+$/,
    resolve: (digits: string) => parseInt(digits, 8),
  };
  const found = parseAllDocuments(text, { customTags: (tags) => [octal, ...tags], merge: true });
  return Array.isArray(found) ? found : [];
}

function walkAll(text: string, metadata: Metadata, key: Buffer) {
  const mac = startMac(metadata);
  const edits: Edit[] = [];
  const plain: Decrypted[] = [];

  function leaf(node: Scalar, path: readonly string[]): void {
    if (node.value === null || node.value === undefined) return;
    if (!isEncryptedPath(path, metadata)) return mac.add(plainBytes(node.value), false);
    const decrypted = decryptValue(plainBytes(node.value), key, path);
    mac.add(decrypted.bytes, true);
    plain.push(decrypted);
    const [start, end] = node.range ?? [0, 0];
    edits.push({ start, end, text: asYaml(decrypted) });
  }

  function walk(node: unknown, path: readonly string[]): void {
    if (isScalar(node)) leaf(node, path);
    else if (isSeq(node)) node.items.forEach((item) => walk(item, path));
    else if (isMap(node)) node.items.forEach((pair) => walk(pair.value, [...path, keyOf(pair)]));
  }

  for (const document of parse(text)) {
    if (!isMap(document.contents)) continue;
    for (const pair of document.contents.items) {
      if (keyOf(pair) === block) edits.push(removal(text, document.contents, pair));
      else walk(pair.value, [keyOf(pair)]);
    }
  }
  return { mac, edits, plain };
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** As Go's strconv and SOPS write them. */
function plainBytes(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

function asYaml({ type, bytes }: Decrypted): string {
  const text = bytes.toString('utf8');
  if (type === 'int' || type === 'float') return text;
  if (type === 'bool') return text.toLowerCase();
  return JSON.stringify(text);
}

/** In a flow map (JSON) with the comma beside it; in a block map its lines, whose breaks stay so that no line number moves. */
function removal(text: string, map: YAMLMap, pair: Pair): Edit {
  const index = map.items.indexOf(pair);
  const [start, end] = pairRange(pair);
  if (!map.flow) return { start, end, text: text.slice(start, end).replace(/[^\n]/g, '') };
  const before = map.items[index - 1];
  const after = map.items[index + 1];
  if (before) return { start: pairRange(before)[1], end, text: '' };
  return { start, end: after ? pairRange(after)[0] : end, text: '' };
}

function pairRange(pair: Pair): [number, number] {
  const range = (node: unknown) => (node as { range?: [number, number, number] } | null)?.range;
  const start = range(pair.key)?.[0] ?? 0;
  return [start, range(pair.value)?.[1] ?? range(pair.key)?.[1] ?? start];
}

function edit(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((result, one) => result.slice(0, one.start) + one.text + result.slice(one.end), text);
}
