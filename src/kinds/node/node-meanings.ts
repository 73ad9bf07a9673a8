import type { DesiredNode } from '../../desired/desired.ts';
import type { SwarmNode } from '../../swarm/types.ts';
import type { OwnedObject, World } from '../kind.ts';
import { findNode } from './find-node.ts';
import { type Fit, fitNode, isExact } from './fit-node.ts';
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
  const { nodes } = world.snapshot;
  const exact = entries.filter(isExact).map((entry) => {
    const { node } = findNode(entry.name, nodes, world.now);
    return { entry, id: node?.ID };
  });
  const patterns = entries.filter((entry) => !isExact(entry));
  return nodes
    .map((node) => meaningOf(node, { exact, patterns }, world))
    .filter((meaning) => entriesOf(meaning).length + meaning.maybe.length > 0);
}

/** All entries that say something of the node, the strongest first. */
export function entriesOf({ exact, shared, former, patterns }: Meaning): DesiredNode[] {
  return [...exact, ...shared, ...former, ...patterns];
}

/** Entries for one node each, with the ID of the node they mean now, and those for several. */
type Sorted = { exact: { entry: DesiredNode; id: string | undefined }[]; patterns: DesiredNode[] };

function meaningOf(node: SwarmNode, { exact, patterns }: Sorted, world: World): Meaning {
  const { Hostname: hostname } = node.Description;
  const [any] = [...exact.map(({ entry }) => entry), ...patterns];
  const row = any && nodeRow(any.unit, node.ID, world);
  const exactly = (fits: (one: Sorted['exact'][number]) => boolean) =>
    exact.filter(fits).map(({ entry }) => entry);
  const before = formerName(row, node);
  const former = exactly(({ entry }) => entry.name === before && isFree(entry.name, world));
  // A node that an entry knows by another name is not to be taken for the one of this name: after the death of a leader
  // an Engine may list a node under the name of another for a while.
  const isThisOne = ({ entry, id }: Sorted['exact'][number]) =>
    id === node.ID && (former.length === 0 || entry.name === node.ID);
  const fitting = (fit: Fit) => patterns.filter((entry) => fitNode(entry, node) === fit);
  const named = findNode(hostname, world.snapshot.nodes, world.now).node;
  const isNamed = named?.ID === node.ID && Boolean(hostname);
  return {
    node,
    row,
    name: isNamed ? hostname : node.ID,
    exact: exactly(isThisOne),
    shared: exactly((one) => one.entry.name === hostname && !isThisOne(one)),
    former,
    patterns: fitting('yes'),
    maybe: fitting('unknown'),
    successor:
      node.Status.State === 'down' && !isNamed && !isStranger(named, any, world)
        ? named
        : undefined,
  };
}

/** Known by another name. */
function isStranger(
  node: SwarmNode | undefined,
  entry: DesiredNode | undefined,
  world: World,
): boolean {
  const row = node && entry && nodeRow(entry.unit, node.ID, world);
  return node !== undefined && formerName(row, node) !== undefined;
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
