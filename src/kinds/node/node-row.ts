import type { Labels, SwarmNode } from '../../swarm/types.ts';
import type { OwnedObject, World } from '../kind.ts';

/** What the inventory has of a node. */
export function nodeRow(unit: string, id: string, { owned }: World): OwnedObject | undefined {
  return owned.find((row) => row.kind === 'node' && row.unit === unit && row.name === id);
}

/** Keys of the labels that files gave a node. */
export function ownedKeys({ state }: OwnedObject): string[] {
  return Array.isArray(state.labels) ? state.labels.map(String) : [];
}

/** Those of them that it still has, as they are now. */
export function ownedLabels({ Spec }: SwarmNode, row: OwnedObject | undefined): Labels {
  const keys = row ? ownedKeys(row) : [];
  return Object.fromEntries(
    Object.entries(Spec.Labels ?? {}).filter(([key]) => keys.includes(key)),
  );
}
