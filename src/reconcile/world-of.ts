import type { OwnedObject, World } from '../kinds/kind.ts';
import type { Pins } from './image-digests.ts';
import type { LoopParts } from './loop-parts.ts';
import type { Observation } from './observation.ts';
import type { SecretContents } from './secret-contents.ts';

/** What a plan may look at. */
export function worldOf(
  { snapshot }: Observation,
  owned: readonly OwnedObject[],
  images: Pins,
  secretContents: SecretContents,
  { clock, keepVersions }: Pick<LoopParts, 'clock' | 'keepVersions'>,
  coming: ReadonlySet<string> = new Set(),
): World {
  const kept = keepVersions === undefined ? {} : { keepVersions };
  return { snapshot, owned, now: clock.now(), coming, images, secretContents, ...kept };
}
