import type { World } from '../kinds/kind.ts';
import type { LoopParts } from './loop-parts.ts';
import type { Observation } from './observation.ts';

/** What is known besides what was observed. */
type Known = Pick<World, 'owned'> &
  Partial<Pick<World, 'images' | 'secretContents' | 'named' | 'coming' | 'units' | 'lockable'>>;

/** What a plan may look at. */
export function worldOf(
  { snapshot }: Observation,
  known: Known,
  { clock, keepVersions, guests }: Pick<LoopParts, 'clock' | 'keepVersions' | 'guests'>,
): World {
  const kept = keepVersions === undefined ? {} : { keepVersions };
  const now = clock.now();
  return { snapshot, now, coming: new Set(), guests: guests.tasks, ...known, ...kept };
}
