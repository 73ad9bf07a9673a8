import type { DesiredNode } from '../../desired/desired.ts';
import type { Action } from '../../plan/action.ts';
import type { World } from '../kind.ts';
import { waiting } from '../make-action.ts';

/** The host of an entry is there under another hostname: the inventory knows by which one the files mean each node. */
export function renamed(desired: DesiredNode, { owned, snapshot }: World): Action | undefined {
  const row = owned.find(
    ({ kind, unit, state }) =>
      kind === 'node' && unit === desired.unit && state.called === desired.name,
  );
  const node = snapshot.nodes.find(({ ID }) => ID === row?.name);
  if (!node) return undefined;
  const { Hostname: now } = node.Description;
  return waiting(
    desired,
    `The node ${node.ID} was called ${desired.name} and is now called ${now}: rename the entry, or take it out of the files. Until then the node keeps what files gave it.`,
    { condition: 'NodeRenamed' },
  );
}
