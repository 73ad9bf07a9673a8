import type { Compose, ComposeService } from '../compose.ts';
import type { Path } from '../diagnostic.ts';

/**
 * Lays `over` onto `base` as `docker stack deploy -c base -c over` does. `replaced` (of the file of `over`) are the paths
 * at which nothing of `base` stays. Neither argument is changed.
 */
export function mergeCompose(
  _base: Compose,
  _over: Compose,
  _replaced: readonly Path[] = [],
): Compose {
  throw new Error('not written yet');
}

/** One service over another by the same rules; `extends` needs it alone. */
export function mergeService(_base: ComposeService, _over: ComposeService): ComposeService {
  throw new Error('not written yet');
}
