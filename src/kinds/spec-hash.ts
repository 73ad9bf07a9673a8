import { valueHash } from '../desired/content-hash.ts';
import type { ServiceSpec } from '../swarm/types.ts';

/** Tells one desired spec from another, in any order of keys. What it is made of cannot be read from it. */
export function specHash(spec: ServiceSpec): string {
  return valueHash(spec);
}
