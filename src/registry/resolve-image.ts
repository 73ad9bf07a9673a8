import type { Distribution } from '../swarm/engine.ts';
import { familiarReference, parseReference, withDefaultTag, type Reference } from './reference.ts';

/** When a tag is looked up: at every reconcile, when the image as written changed, or never. As `--resolve-image`. */
export type ResolvePolicy = 'always' | 'changed' | 'never';

export type Platform = { Architecture?: string; OS?: string };

/** What the live service has: its image, and as it was once written (`com.docker.stack.image`). */
export type LiveImage = { image: string; written?: string | undefined };

export type ResolvedImage = {
  /** What to put into the service's spec. */
  image: string;
  /** For its placement when the image changes. Absent: leave those that are there. */
  platforms?: Platform[];
  /** A sentence for a person: the tag could not be looked up. */
  warning?: string;
};

/**
 * The image to write for the one in the file. A registry that does not answer never stops or changes a service: it keeps
 * the digest that it has, and a new image is written without one.
 */
export async function resolveImage(options: {
  policy: ResolvePolicy;
  /** As the file has it. */
  image: string;
  live?: LiveImage | undefined;
  /** Asks the registry, with credentials where they are needed. */
  distribution: (image: string) => Promise<Distribution>;
}): Promise<ResolvedImage> {
  const { policy, image, live } = options;
  const parsed = parseReference(image);
  if (!parsed) return keepOrWrite(image, image === live?.image ? live : undefined);

  const wanted = withDefaultTag(parsed);
  const written = familiarReference(wanted);
  const same = live && isSameImage(wanted, live) ? live : undefined;
  if (wanted.digest || policy === 'never' || (policy === 'changed' && same)) {
    return keepOrWrite(written, same);
  }
  try {
    const found = await options.distribution(written);
    const pinned = familiarReference({ ...wanted, digest: found.digest });
    return same && isEqual(same.image, pinned)
      ? { image: same.image }
      : { image: pinned, platforms: usablePlatforms(found.platforms) };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown failure';
    return {
      ...keepOrWrite(written, same),
      warning: `The registry was not able to say what ${written} is (${why}): ${same ? 'the service keeps the image that it has' : 'each node looks the tag up on its own'}.`,
    };
  }
}

/** The live spelling stays as it is, since another spelling of the same image restarts the tasks. */
function keepOrWrite(written: string, same: LiveImage | undefined): ResolvedImage {
  return { image: same?.image ?? written };
}

/** Whether live came from what is written now: by its label where it has one, otherwise by all but the digest. */
function isSameImage(wanted: Reference, live: LiveImage): boolean {
  const liveReference = parseReference(live.image);
  if (!liveReference) return false;
  const matches = equalReferences(wanted, {
    ...withDefaultTag(liveReference),
    ...(wanted.digest ? {} : { digest: undefined }),
  });
  if (live.written === undefined) return matches;
  const liveWritten = parseReference(live.written);
  return (
    matches && liveWritten !== undefined && equalReferences(wanted, withDefaultTag(liveWritten))
  );
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [parseReference(a), parseReference(b)];
  return left !== undefined && right !== undefined && equalReferences(left, right);
}

type Comparable = { domain: string; path: string; tag?: string; digest?: string | undefined };

function equalReferences(a: Comparable, b: Comparable): boolean {
  return a.domain === b.domain && a.path === b.path && a.tag === b.tag && a.digest === b.digest;
}

/**
 * Without attestations, which claim an unknown platform, and without the architecture for arm, which nodes call by its
 * variant. https://github.com/moby/swarmkit/issues/2294
 */
export function usablePlatforms(platforms: readonly Platform[]): Platform[] {
  const usable = platforms
    .filter(({ Architecture, OS }) => Architecture !== 'unknown' && OS !== 'unknown')
    .map(({ Architecture = '', OS = '' }) => ({
      Architecture: Architecture === 'arm' ? '' : Architecture,
      OS,
    }));
  return [...new Map(usable.map((some) => [`${some.OS}/${some.Architecture}`, some])).values()];
}
