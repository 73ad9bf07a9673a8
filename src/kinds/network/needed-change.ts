import type { DesiredNetwork } from '../../desired/desired.ts';
import { skepLabels, stackLabels } from '../../desired/labels.ts';
import type { Change } from '../../plan/action.ts';
import type { Network, NetworkCreate } from '../../swarm/types.ts';
import { differences } from '../differences.ts';
import type { World } from '../kind.ts';
import { formerOwner, otherOwner } from '../ownership.ts';
import { networkDifferences } from './network-differences.ts';

/** Where the unit's own network is not as declared; empty when it is, or when it is somebody else's. */
export function neededChange(desired: DesiredNetwork, live: Network, world: World): Change[] {
  if (otherOwner(desired, live.Labels, world) !== undefined) return [];
  const declared = desired.spec.Labels?.[skepLabels.spec];
  const made = live.Labels?.[skepLabels.spec];
  if (declared !== undefined && declared === made) return [];
  if (live.Driver !== '') return networkDifferences(live, asTakenOver(desired, live));
  // Before it is allocated the Engine tells nothing of it but its labels.
  return made === undefined ? [] : differences('declaration', made, declared);
}

/** One that came from another stack bears that stack's name for ever. */
function asTakenOver({ unit, spec }: DesiredNetwork, { Labels: found }: Network): NetworkCreate {
  const stack = found?.[stackLabels.namespace];
  if (formerOwner(unit, found).from === undefined || stack === undefined) return spec;
  return { ...spec, Labels: { ...spec.Labels, [stackLabels.namespace]: stack } };
}
