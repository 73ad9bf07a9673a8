import type { ServiceSpec } from '../../swarm/types.ts';
import type { Field } from './field.ts';
import { setAt, valueAt } from './spec-path.ts';

const at = ['TaskTemplate', 'ContainerSpec', 'Image'];
const platforms = ['TaskTemplate', 'Placement', 'Platforms'];

/** The Engine stores a reference as it was sent: two spellings of one image are told equal here. */
export const image: Field = {
  path: 'image',
  at,
  restarts: true,
  read: (spec) => imageOf(spec),
  same: (live, desired) => sameImage(String(live), String(desired)),
  write(next, desired) {
    setAt(next, at, imageOf(desired));
    // The client that pinned the digest wrote the platforms of that image; they say nothing about another one.
    setAt(next, platforms, valueAt(desired, platforms));
  },
};

export function imageOf(spec: ServiceSpec): string {
  return spec.TaskTemplate.ContainerSpec?.Image ?? '';
}

/**
 * Whether what runs is what is wanted. A tag wanted is content with any digest of that tag: pinning digests, and seeing
 * that a tag moved, is up to the image policy, which then wants a digest.
 */
function sameImage(live: string, desired: string): boolean {
  const running = parseImage(live);
  const wanted = parseImage(desired);
  if (running.name !== wanted.name) return false;
  if (wanted.digest !== '') return running.digest === wanted.digest;
  return running.tag === wanted.tag;
}

type Reference = { name: string; tag: string; digest: string };

/** https://github.com/distribution/reference/blob/main/reference.go: the domain is what has a dot, a colon or is localhost. */
function parseImage(text: string): Reference {
  const [beforeDigest = '', digest = ''] = text.split('@', 2);
  const colon = beforeDigest.lastIndexOf(':');
  const tagged = colon > beforeDigest.lastIndexOf('/');
  const name = familiar(tagged ? beforeDigest.slice(0, colon) : beforeDigest);
  const tag = tagged ? beforeDigest.slice(colon + 1) : '';
  return { name, tag: tag === '' && digest === '' ? 'latest' : tag, digest };
}

function familiar(name: string): string {
  return name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
}
