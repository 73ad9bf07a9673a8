import type { DesiredNode } from '../desired/desired.ts';
import { skepLabels } from '../desired/labels.ts';
import type { Action, Change } from '../plan/action.ts';
import type { Labels, NodeSpec, SwarmNode } from '../swarm/types.ts';
import { differences } from './differences.ts';
import type { Kind, World } from './kind.ts';
import { blocked, makeAction, waiting } from './make-action.ts';
import {
  type AvailabilityNow,
  availabilityNow,
  beforeLabel,
  beforeWindow,
} from './node/availability.ts';
import { downSince } from './node/down-node.ts';
import { findNode } from './node/find-node.ts';
import { heldBack } from './node/held-back.ts';
import type { NodeCondition } from './node/node-conditions.ts';
import { nodeRow, ownedKeys } from './node/node-row.ts';
import { renamed } from './node/renamed-node.ts';
import { roleChange } from './node/role-change.ts';

/**
 * Nodes join by themselves; their labels, role and availability are kept. Only declared label keys are: other labels
 * belong to people and other tools.
 */
export const node: Kind<DesiredNode> = {
  name: 'node',

  plan(desired, world) {
    const found = findNode(desired.name, world.snapshot.nodes, world.now);
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
    const given = [...ownedKeys(owned), skepLabels.before];
    const keys = given.filter((key) => live?.Spec.Labels?.[key] !== undefined);
    if (!live || keys.length === 0) return undefined;
    const next = {
      ...live.Spec,
      Availability: beforeWindow(live.Spec) ?? live.Spec.Availability,
      Labels: without(live.Spec.Labels, keys),
    };
    return makeAction(owned, {
      action: 'update',
      reason: `No file names ${live.Description.Hostname} any more: the labels that files had given it go, and its maintenance ends.`,
      changes: changesOf(live.Spec, next),
      writes: [write(live, next)],
    });
  },

  own(desired, world) {
    const { node: live } = findNode(desired.name, world.snapshot.nodes, world.now);
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

/** One update for all that differs. What may not change now leaves the rest to be written. */
function update(desired: DesiredNode, live: SwarmNode, world: World): Action | undefined {
  const { role = live.Spec.Role } = desired.settings;
  const change = desired.settings.role && roleChange(live, role, world);
  const now = availabilityNow(desired.settings, live, world);
  const next: NodeSpec = {
    ...live.Spec,
    Role: change?.allowed ? role : live.Spec.Role,
    Availability: now.availability,
    Labels: labelsOf(desired, live, now, world),
  };
  const changes = changesOf(live.Spec, next);
  if (changes.length === 0) return heldBack(desired, live, change, now);
  const reason = `It differs in ${changes.map(({ path }) => path).join(', ')}.`;
  return makeAction(desired, {
    action: 'update',
    reason: change?.allowed ? `${reason} ${change.reason}` : reason,
    changes,
    writes: [write(live, next)],
    ...(now.scheduled && { scheduled: true }),
  });
}

function labelsOf(
  desired: DesiredNode,
  live: SwarmNode,
  { before }: AvailabilityNow,
  world: World,
): Labels {
  const declared = desired.settings.labels ?? {};
  const row = nodeRow(desired.unit, live.ID, world);
  const dropped = row ? ownedKeys(row).filter((key) => !(key in declared)) : [];
  const kept = without(live.Spec.Labels, [...dropped, skepLabels.before]);
  return { ...kept, ...declared, ...beforeLabel(before) };
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
