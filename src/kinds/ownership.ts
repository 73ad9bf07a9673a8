import type { Labels } from '../swarm/types.ts';
import type { World } from './kind.ts';
import type { KindName } from '../desired/desired.ts';

/** Names the unit an object belongs to. */
export const unitLabel = 'skep.unit';
/** What `docker stack deploy` writes, and reads. */
export const stackLabel = 'com.docker.stack.namespace';

/** Without the labels that are Skep's own bookkeeping. */
export function withoutOwn(labels: Labels | null | undefined): Labels {
  return Object.fromEntries(
    Object.entries(labels ?? {}).filter(([key]) => !key.startsWith('skep.')),
  );
}

type Claim = { unit: string; kind: KindName; name: string; labels: Labels | undefined };

/** Who else owns the live object a unit wants to have, in words; undefined when nobody does. */
export function otherOwner(
  claim: Claim,
  live: Labels | null | undefined,
  world: World,
): string | undefined {
  const unit = live?.[unitLabel];
  if (unit !== undefined && unit !== claim.unit) return `unit ${unit}`;
  const stack = live?.[stackLabel];
  if (stack !== undefined && stack !== claim.unit && stack !== claim.labels?.[stackLabel]) {
    return `stack ${stack}`;
  }
  const row = world.owned.find(
    ({ kind, name, unit }) => kind === claim.kind && name === claim.name && unit !== claim.unit,
  );
  // A row that the object itself contradicts is out of date.
  return row && unit !== claim.unit ? `unit ${row.unit}` : undefined;
}

/** Whether a live object says itself that it is the unit's: the inventory alone is no proof. */
export function saysItIs(unit: string, labels: Labels | null | undefined): boolean {
  const said = labels?.[unitLabel];
  return said === undefined ? labels?.[stackLabel] === unit : said === unit;
}
