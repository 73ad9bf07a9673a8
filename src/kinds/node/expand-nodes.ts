import type { DesiredNode, DesiredObject } from '../../desired/desired.ts';
import type { Notice } from '../../plan/notice.ts';
import type { NodeSettings } from '../../spec/cluster.ts';
import type { Diagnostic } from '../../spec/diagnostic.ts';
import type { World } from '../kind.ts';
import { findNode } from './find-node.ts';
import { isExact } from './fit-node.ts';
import { type Merged, mergeEntries } from './merge-entries.ts';
import { entriesOf, type Meaning, meaningsOf } from './node-meanings.ts';
import { noticesOf } from './node-notices.ts';
import { ownedLabels } from './node-row.ts';

type Expanded = { objects: DesiredObject[]; notices: Notice[]; diagnostics: Diagnostic[] };

/**
 * Puts one wish for each live node in place of the entries, which may be patterns and overlap. What nobody can be sure of
 * is held: such a node wishes what it has, so nothing is written and nothing that files gave it is taken away. An entry for
 * a host that is not there stays as it is. Pure.
 */
export function expandNodes(objects: readonly DesiredObject[], world: World): Expanded {
  const entries = objects.filter((object) => object.kind === 'node');
  const others = objects.filter((object) => object.kind !== 'node');
  const meanings = meaningsOf(entries, world);
  const isAbsent = (entry: DesiredNode) =>
    isExact(entry) && !findNode(entry.name, world.snapshot.nodes, world.now).node;
  const wishes = meanings.map((meaning) => ({ meaning, wish: wishOf(meaning) }));
  const nodes = [...entries.filter(isAbsent), ...wishes.map(({ wish }) => wish)];
  return {
    objects: [...others, ...nodes.sort((a, b) => a.name.localeCompare(b.name))],
    notices: wishes.flatMap(({ meaning, wish }) => noticesOf(meaning, wish)),
    diagnostics: entries
      .filter(
        (entry) => !isExact(entry) && !meanings.some(({ patterns }) => patterns.includes(entry)),
      )
      .map(nothingFits),
  };
}

function wishOf(meaning: Meaning): DesiredNode {
  const { exact, patterns, maybe, name, node, row } = meaning;
  const isHeld = exact.length === 0 && mayMeanAnother(meaning);
  const merged: Merged = isHeld ? { settings: {} } : mergeEntries(exact, patterns);
  const { conflict } = merged;
  const said = conflict === undefined ? without(merged.settings, 'remove_down_after') : {};
  const keeps = isHeld || conflict !== undefined || maybe.length > 0;
  const after = removeDownAfter(meaning);
  const byName = exact.find((entry) => entry.name !== node.ID)?.name;
  const called = byName ?? (isHeld && row?.state.called);
  return {
    ...aboutEntry(meaning),
    name,
    settings: {
      ...said,
      ...(keeps && { labels: { ...ownedLabels(node, row), ...said.labels } }),
      ...(after !== undefined && { remove_down_after: after }),
    },
    ...(typeof called === 'string' && { called }),
    ...(conflict !== undefined && { conflict }),
  };
}

/** Where the strongest of the entries stands. */
function aboutEntry(meaning: Meaning): Omit<DesiredNode, 'name' | 'settings'> {
  const [entry] = [...entriesOf(meaning), ...meaning.maybe];
  if (!entry) throw new Error(`no entry means the node ${meaning.node.ID}`);
  const { name: _, settings: __, ...about } = entry;
  return about;
}

/** A machine that joined again has another node by now, and who has a name may change. */
function mayMeanAnother({ shared, former, successor }: Meaning): boolean {
  return shared.length + former.length > 0 || successor !== undefined;
}

/** Nanoseconds. A host that files name is to be there, so only its old selves go; of those that just fit a pattern, all. */
function removeDownAfter(meaning: Meaning): number | undefined {
  const { exact, shared, former, patterns, successor } = meaning;
  const isOldSelf = successor?.Status.State === 'ready';
  if (!isOldSelf && exact.length + shared.length + former.length > 0) return undefined;
  const { settings, conflict } = mergeEntries([...exact, ...shared], patterns);
  return conflict === undefined ? settings.remove_down_after : undefined;
}

function without(settings: NodeSettings, key: keyof NodeSettings): NodeSettings {
  const { [key]: _, ...others } = settings;
  return others;
}

function nothingFits({ name, unit, place }: DesiredNode): Diagnostic {
  return {
    severity: 'warning',
    code: 'no-node-fits',
    message: `No node fits "${name}" now.`,
    remedy: 'Nothing has to be done when such nodes are to join later.',
    unit,
    ...(place && { place }),
  };
}
