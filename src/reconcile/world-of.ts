import type { World } from '../kinds/kind.ts';
import type { LoopParts } from './loop-parts.ts';
import type { Observation } from './observation.ts';

/** What is known besides what was observed. */
type Known = Pick<World, 'owned'> &
  Partial<Pick<World, 'images' | 'secretContents' | 'named' | 'coming' | 'lockable'>>;

/** What a plan may look at. */
export function worldOf(
  { snapshot }: Observation,
  known: Known,
  { clock, keepVersions }: Pick<LoopParts, 'clock' | 'keepVersions'>,
): World {
  const kept = keepVersions === undefined ? {} : { keepVersions };
  return { snapshot, now: clock.now(), coming: new Set(), ...known, ...kept };
}
