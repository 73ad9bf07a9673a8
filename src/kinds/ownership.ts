import type { KindName } from '../desired/desired.ts';
import { skepLabels, stackLabels } from '../desired/labels.ts';
import type { Labels } from '../swarm/types.ts';
import type { OwnedObject, World } from './kind.ts';

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
  if (unit === claim.unit || goesOver(claim, unit, world)) return undefined;
  if (unit !== undefined) return `the unit ${unit}`;
  const stack = live?.[stackLabels.namespace];
  if (stack !== undefined && stack !== claim.spec.Labels?.[stackLabels.namespace]) {
    return `the stack ${stack}`;
  }
  const row = world.owned.find(
    ({ kind, name, unit }) => kind === claim.kind && name === claim.name && unit !== claim.unit,
  );
  return row && !goesOver(claim, row.unit, world) ? `the unit ${row.unit}` : undefined;
}

/**
 * Whether what is labelled as another unit's is the claiming one's by now: a stack was renamed, or a file became a stack.
 * The inventory has to know the former owner, since the label may be one of another Skep on this Swarm.
 */
function goesOver({ unit, kind, name }: Claim, from: string | undefined, world: World): boolean {
  const row = world.owned.find((row) => row.kind === kind && row.name === name);
  if (from === undefined || !row) return false;
  if (row.unit === unit) return row.state.from === from;
  return row.unit === from && world.named?.get(`${kind}/${name}`) === unit;
}

/** Whether another unit's files name what this row is about: then it is that unit's to take over, and nobody's to remove. */
export function isTakenOver({ unit, kind, name }: OwnedObject, world: World): boolean {
  return (world.named?.get(`${kind}/${name}`) ?? unit) !== unit;
}

/** What the inventory keeps of a former owner, whose name may stay on the object: not every label can be changed. */
export function formerOwner(unit: string, labels: Labels | null | undefined): { from?: string } {
  const said = labels?.[skepLabels.unit];
  return said === undefined || said === unit ? {} : { from: said };
}

/** Whether a live object says itself that it is the unit's: the inventory alone is no proof. */
export function saysItIs(unit: string, labels: Labels | null | undefined): boolean {
  const said = labels?.[skepLabels.unit] ?? labels?.[stackLabels.namespace];
  return said === unit;
}

/** The same of a row of the inventory, which may know a former owner. */
export function isProven({ unit, state }: OwnedObject, labels: Labels | null | undefined): boolean {
  const { from } = state;
  return saysItIs(unit, labels) || (typeof from === 'string' && saysItIs(from, labels));
}
