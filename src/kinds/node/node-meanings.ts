import type { DesiredNode } from '../../desired/desired.ts';
import type { SwarmNode } from '../../swarm/types.ts';
import type { OwnedObject, World } from '../kind.ts';
import { findNode } from './find-node.ts';
import { fitNode, isExact } from './fit-node.ts';
import { nodeRow } from './node-row.ts';

/** What the entries of a unit have to do with one live node. */
export type Meaning = {
  node: SwarmNode;
  row: OwnedObject | undefined;
  /** Its hostname, when no other node is the one that is meant by it; else its ID. */
  name: string;
  /** Entries for this very node. */
  exact: DesiredNode[];
  /** Entries for its hostname, which now mean another node or may mean several. */
  shared: DesiredNode[];
  /** Entries for the hostname it had before. */
  former: DesiredNode[];
  /** Patterns and matches that it fits, */
  patterns: DesiredNode[];
  /** or may fit: the Swarm does not tell. */
  maybe: DesiredNode[];
  /** The node that has its hostname now, when this one is down: the machine joined again. */
  successor: SwarmNode | undefined;
};

/** Every live node that an entry means, may mean or meant. */
export function meaningsOf(entries: readonly DesiredNode[], world: World): Meaning[] {
  return world.snapshot.nodes
    .map((node) => meaningOf(node, entries, world))
    .filter((meaning) => entriesOf(meaning).length + meaning.maybe.length > 0);
}

/** All entries that say something of the node, the strongest first. */
export function entriesOf({ exact, shared, former, patterns }: Meaning): DesiredNode[] {
  return [...exact, ...shared, ...former, ...patterns];
}

function meaningOf(node: SwarmNode, entries: readonly DesiredNode[], world: World): Meaning {
  const { nodes } = world.snapshot;
  const { Hostname: hostname } = node.Description;
  const [any] = entries;
  const row = any && nodeRow(any.unit, node.ID, world);
  const exact = entries.filter(isExact);
  const fitting = (fit: 'yes' | 'unknown') =>
    entries.filter((entry) => !isExact(entry) && fitNode(entry, node) === fit);
  const means = (entry: DesiredNode) => findNode(entry.name, nodes).node?.ID === node.ID;
  const named = findNode(hostname, nodes).node;
  const isNamed = named?.ID === node.ID && hostname !== '';
  return {
    node,
    row,
    name: isNamed ? hostname : node.ID,
    exact: exact.filter(means),
    shared: exact.filter((entry) => entry.name === hostname && !means(entry)),
    former: exact.filter(
      (entry) => entry.name === formerName(row, node) && isFree(entry.name, world),
    ),
    patterns: fitting('yes'),
    maybe: fitting('unknown'),
    successor: node.Status.State === 'down' && !isNamed ? named : undefined,
  };
}

function formerName(row: OwnedObject | undefined, { Description }: SwarmNode): unknown {
  return row?.state.called === Description.Hostname ? undefined : row?.state.called;
}

/** No node that is up has the name. */
function isFree(name: string, { snapshot }: World): boolean {
  return !snapshot.nodes.some(
    ({ Description, Status }) => Description.Hostname === name && Status.State !== 'down',
  );
}
