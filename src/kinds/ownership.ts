import type { KindName } from '../desired/desired.ts';
import { skepLabels, stackLabels } from '../desired/labels.ts';
import type { Labels } from '../swarm/types.ts';
import type { World } from './kind.ts';

/** Without the labels that are Skep's own bookkeeping. */
export function withoutOwn(labels: Labels | null | undefined): Labels {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !isOwn(key)));
}

/** Only the labels that are Skep's own bookkeeping. */
export function ownLabels(labels: Labels | null | undefined): Labels {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => isOwn(key)));
}

function isOwn(key: string): boolean {
  return key.startsWith('skep.');
}

type Claim = { unit: string; kind: KindName; name: string; spec: { Labels?: Labels } };

/** Who else owns the live object that a unit wants to have, in words; undefined when nobody does. */
export function otherOwner(
  claim: Claim,
  live: Labels | null | undefined,
  world: World,
): string | undefined {
  const unit = live?.[skepLabels.unit];
  if (unit !== undefined) return unit === claim.unit ? undefined : `the unit ${unit}`;
  const stack = live?.[stackLabels.namespace];
  if (stack !== undefined && stack !== claim.spec.Labels?.[stackLabels.namespace]) {
    return `the stack ${stack}`;
  }
  const row = world.owned.find(
    ({ kind, name, unit }) => kind === claim.kind && name === claim.name && unit !== claim.unit,
  );
  return row && `the unit ${row.unit}`;
}

/** Whether a live object says itself that it is the unit's: the inventory alone is no proof. */
export function saysItIs(unit: string, labels: Labels | null | undefined): boolean {
  const said = labels?.[skepLabels.unit] ?? labels?.[stackLabels.namespace];
  return said === unit;
}
