import type { DesiredNode } from '../desired/desired.ts';
import type { Action, Change } from '../plan/action.ts';
import type { Labels, NodeSpec, SwarmNode } from '../swarm/types.ts';
import { differences } from './differences.ts';
import type { Kind, World } from './kind.ts';
import { blocked, makeAction, waiting } from './make-action.ts';
import { downSince } from './node/down-node.ts';
import { findNode } from './node/find-node.ts';
import type { NodeCondition } from './node/node-conditions.ts';
import { nodeRow, ownedKeys } from './node/node-row.ts';
import { renamed } from './node/renamed-node.ts';
import { isBetweenRoles, roleChange } from './node/role-change.ts';

/**
 * Nodes join by themselves; their labels, role and availability are kept. Only declared label keys are: other labels
 * belong to people and other tools.
 */
export const node: Kind<DesiredNode> = {
  name: 'node',

  plan(desired, world) {
    const found = findNode(desired.name, world.snapshot.nodes);
    if (!found.node) {
      return found.several
        ? blocked(desired, found.problem, told('AmbiguousNode'))
        : (renamed(desired, world) ?? waiting(desired, found.problem, told('NodeMissing')));
    }
    if (desired.conflict !== undefined) {
      return blocked(desired, desired.conflict, told('NodeConflict'));
    }
    return update(desired, found.node, world);
  },

  remove(owned, world) {
    const live = world.snapshot.nodes.find(({ ID }) => ID === owned.name);
    const keys = ownedKeys(owned).filter((key) => live?.Spec.Labels?.[key] !== undefined);
    if (!live || keys.length === 0) return undefined;
    const next = { ...live.Spec, Labels: without(live.Spec.Labels, keys) };
    return makeAction(owned, {
      action: 'update',
      reason: `No file names ${live.Description.Hostname} any more: the labels that files had given it go.`,
      changes: changesOf(live.Spec, next),
      writes: [write(live, next)],
    });
  },

  own(desired, world) {
    const { node: live } = findNode(desired.name, world.snapshot.nodes);
    const down = live && downSince(live, nodeRow(desired.unit, live.ID, world), world.now);
    return {
      unit: desired.unit,
      kind: 'node',
      name: live?.ID ?? desired.name,
      ...(live && { id: live.ID }),
      state: {
        labels: Object.keys(desired.settings.labels ?? {}).sort(),
        ...(desired.called !== undefined && { called: desired.called }),
        ...(down && { down }),
      },
    };
  },
};

/** One update for all that differs. A role that may not change now leaves the rest to be written. */
function update(desired: DesiredNode, live: SwarmNode, world: World): Action | undefined {
  const { role = live.Spec.Role, availability = live.Spec.Availability } = desired.settings;
  const change = role === live.Spec.Role ? undefined : roleChange(live, role, world);
  const next: NodeSpec = {
    ...live.Spec,
    Role: change?.allowed === false ? live.Spec.Role : role,
    Availability: availability,
    Labels: labelsOf(desired, live, world),
  };
  const changes = changesOf(live.Spec, next);
  if (changes.length > 0) {
    return makeAction(desired, {
      action: 'update',
      reason: `It differs in ${changes.map(({ path }) => path).join(', ')}.`,
      changes,
      writes: [write(live, next)],
    });
  }
  if (change === undefined && desired.settings.role !== undefined && isBetweenRoles(live)) {
    return waiting(desired, `It is still becoming a ${role}.`, { condition: 'RoleChanging' });
  }
  if (change?.allowed !== false) return undefined;
  const wanted = differences('role', live.Spec.Role, role);
  const parts = { condition: 'RoleChangeHeld', changes: wanted };
  return change.waiting
    ? waiting(desired, change.reason, parts)
    : blocked(desired, change.reason, parts);
}

function labelsOf(desired: DesiredNode, live: SwarmNode, world: World): Labels {
  const declared = desired.settings.labels ?? {};
  const row = nodeRow(desired.unit, live.ID, world);
  const dropped = row ? ownedKeys(row).filter((key) => !(key in declared)) : [];
  return { ...without(live.Spec.Labels, dropped), ...declared };
}

function told(condition: NodeCondition): Pick<Action, 'condition'> {
  return { condition };
}

function without(labels: Labels | undefined, keys: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !keys.includes(key)));
}

function changesOf(live: NodeSpec, next: NodeSpec): Change[] {
  return [
    ...differences('role', live.Role, next.Role),
    ...differences('availability', live.Availability, next.Availability),
    ...differences('labels', live.Labels ?? {}, next.Labels ?? {}),
  ];
}

function write(live: SwarmNode, spec: NodeSpec): Action['writes'][number] {
  return { call: 'node.update', id: live.ID, version: live.Version.Index, spec };
}
