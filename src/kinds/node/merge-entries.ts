import { isDeepStrictEqual } from 'node:util';
import type { DesiredNode } from '../../desired/desired.ts';
import type { NodeSettings } from '../../spec/cluster.ts';

export type Merged = { settings: NodeSettings; conflict?: string };
/** One key of one entry: `role`, or `labels.disk`. */
type Said = { path: string; value: unknown; by: DesiredNode };

/**
 * What several entries say of one node. Key by key, an entry for the node itself goes before patterns; two of one rank that
 * differ are a conflict, told with both places.
 */
export function mergeEntries(
  exact: readonly DesiredNode[],
  patterns: readonly DesiredNode[],
): Merged {
  const strong = exact.flatMap(sayings);
  const known = new Set(strong.map(({ path }) => path));
  const weak = patterns.flatMap(sayings).filter(({ path }) => !known.has(path));
  const byPath = Map.groupBy([...strong, ...weak], ({ path }) => path);
  const settled = [...byPath.values()].flatMap(([first]) => first ?? []);
  const conflicts = [...byPath.values()].flatMap(([first, ...others]) => {
    const other = others.find(({ value }) => !isDeepStrictEqual(value, first?.value));
    return first && other ? [describe(first, other)] : [];
  });
  const settings = settingsOf(settled);
  return conflicts.length === 0 ? { settings } : { settings, conflict: conflicts.join(' ') };
}

function sayings(entry: DesiredNode): Said[] {
  const { match: _, labels = {}, ...others } = entry.settings;
  return [
    ...Object.entries(others).map(([path, value]) => ({ path, value, by: entry })),
    ...Object.entries(labels).map(([key, value]) => ({ path: `labels.${key}`, value, by: entry })),
  ];
}

function settingsOf(said: readonly Said[]): NodeSettings {
  const isLabel = ({ path }: Said) => path.startsWith('labels.');
  const pairs = ({ path, value }: Said): [string, unknown] => [path, value];
  const labels = said
    .filter(isLabel)
    .map(({ path, value }) => [path.slice('labels.'.length), value]);
  const others: NodeSettings = Object.fromEntries(said.filter((one) => !isLabel(one)).map(pairs));
  return labels.length === 0 ? others : { ...others, labels: Object.fromEntries(labels) };
}

function describe(first: Said, other: Said): string {
  return `"${first.path}" is ${shown(first)} and ${shown(other)}. Make them agree, or say it in an entry for this host alone.`;
}

function shown({ value, by: { name, place } }: Said): string {
  const where = place ? `${place.file}:${place.line}:${place.column}, ` : '';
  return `${typeof value === 'string' ? value : JSON.stringify(value)} in ${where}"${name}"`;
}
