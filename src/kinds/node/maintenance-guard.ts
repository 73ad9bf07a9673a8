import type { DesiredNode } from '../../desired/desired.ts';
import type { Snapshot } from '../../swarm/snapshot.ts';
import type { Service, SwarmNode } from '../../swarm/types.ts';
import { drainingWindow } from './availability.ts';
import { findNode } from './find-node.ts';

/**
 * The nodes, by ID, whose maintenance has to wait: windows that are open at the same time do not drain the last active
 * node, nor the last active manager while a service may only run on managers. Which one stays does not change between
 * two looks. What the files declare to be drained always is.
 */
export function maintenanceHeld(
  wishes: readonly DesiredNode[],
  snapshot: Snapshot,
  now: number,
): ReadonlySet<string> {
  const held = new Set<string>();
  if (!wishes.some(({ settings }) => drainingWindow(settings, now))) return held;
  const wanted = new Map(
    wishes.flatMap((wish) => {
      const { node } = findNode(wish.name, snapshot.nodes, now);
      return node ? [[node.ID, wish.settings] as const] : [];
    }),
  );
  const isLeaving = ({ ID }: SwarmNode) => drainingWindow(wanted.get(ID) ?? {}, now) !== undefined;
  for (const group of groupsOf(snapshot)) {
    const active = group.filter(isActive);
    const stays = active.some((node) => {
      const availability = wanted.get(node.ID)?.availability ?? 'active';
      return held.has(node.ID) || (availability === 'active' && !isLeaving(node));
    });
    const [first] = active.filter(isLeaving).sort((a, b) => a.ID.localeCompare(b.ID));
    if (!stays && first !== undefined) held.add(first.ID);
  }
  return held;
}

function groupsOf({ nodes, services }: Snapshot): SwarmNode[][] {
  const managers = nodes.filter(({ Spec }) => Spec.Role === 'manager');
  return services.some(needsManager) ? [managers, [...nodes]] : [[...nodes]];
}

function isActive({ Spec, Status }: SwarmNode): boolean {
  return Spec.Availability === 'active' && Status.State === 'ready';
}

function needsManager({ Spec }: Service): boolean {
  const constraints = Spec.TaskTemplate.Placement?.Constraints ?? [];
  return constraints.some((text) => /^\s*node\.role\s*==\s*manager\s*$/.test(text));
}
