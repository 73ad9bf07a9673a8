import { decryptValue } from './encrypted-value.ts';
import { openDataKey } from './data-key.ts';
import { checkMac, startMac } from './mac.ts';
import { isEncryptedPath, readMetadata } from './metadata.ts';

const prefix = 'sops_';

export function isEncryptedDotenv(text: string): boolean {
  return /^sops_mac=/m.test(text) && /^sops_lastmodified=/m.test(text);
}

/** `KEY=ENC[…]` lines in clear; the `sops_…` lines become empty, so that no line number moves. Line breaks in values are `\n`, as SOPS writes them. */
export async function decryptDotenv(text: string, identities: readonly string[]): Promise<string> {
  const lines = text.split('\n');
  const metadata = readMetadata(unflatten(lines.filter((line) => line.startsWith(prefix))));
  const key = await openDataKey(metadata, identities);
  const mac = startMac(metadata);
  const plain = lines.map((line) => {
    if (line.startsWith(prefix)) return '';
    const at = line.indexOf('=');
    if (line.startsWith('#') || at < 0) return line;
    const name = line.slice(0, at);
    const written = line.slice(at + 1).replaceAll(String.raw`\n`, '\n');
    const encrypted = isEncryptedPath([name], metadata);
    const value = encrypted ? decryptValue(written, key, [name]).bytes.toString('utf8') : written;
    mac.add(value, encrypted);
    return `${name}=${value.replaceAll('\n', String.raw`\n`)}`;
  });
  checkMac(mac, metadata, key);
  return plain.join('\n');
}

type Tree = { [key: string]: Tree | string };

/** `sops_age__list_0__map_enc=…` is `{ age: [{ enc: … }] }`. https://github.com/getsops/sops/blob/main/stores/flatten.go */
function unflatten(lines: readonly string[]): unknown {
  const root: Tree = {};
  for (const line of lines) {
    const at = line.indexOf('=');
    const path = line.slice(prefix.length, at).split(/__(?=map_|list_)/);
    const keys = path.map((part, i) => (i === 0 ? part : part.replace(/^(map|list)_/, '')));
    put(root, keys, line.slice(at + 1).replaceAll(String.raw`\n`, '\n'));
  }
  return listed(root);
}

function put(tree: Tree, [key = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const below = tree[key];
  const next: Tree = typeof below === 'object' ? below : {};
  tree[key] = next;
  put(next, rest, value);
}

/** Maps whose keys are positions are lists. */
function listed(tree: Tree | string): unknown {
  if (typeof tree === 'string') return tree;
  const entries = Object.entries(tree).map(([key, below]) => [key, listed(below)] as const);
  const isList = entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key));
  return isList ? entries.map(([, below]) => below) : Object.fromEntries(entries);
}
