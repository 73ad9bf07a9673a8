import type { UnitSpec } from '../spec/spec-set.ts';
import type { Labels } from '../swarm/types.ts';

/** By these `docker stack` finds what belongs to a stack, and knows an image as it was written. */
export const stackLabels = {
  namespace: 'com.docker.stack.namespace',
  image: 'com.docker.stack.image',
} as const;

/** Skep's own. They sit on objects, never on containers, where they would restart tasks. */
export const skepLabels = {
  /** The unit that made the object. */
  unit: 'skep.unit',
  /** Hash of a network as it was declared: networks cannot be compared with what the Engine makes of them. */
  spec: 'skep.spec',
  /** `false` on a service that is never to be pruned: a Skep without a memory of it must know. */
  prune: 'skep.prune',
  /** What the versions of a config or secret have in common. */
  base: 'skep.base',
  /** On a secret: which join token it holds. */
  token: 'skep.token',
  /** On a node in maintenance: the availability that it had before, and gets again. */
  before: 'skep.before-maintenance',
} as const;

/** The labels of what lives inside a service or a volume: the user's, and the stack's. */
export function innerLabels(unit: UnitSpec, labels: Labels | undefined): Labels {
  return unit.kind === 'stack' ? { ...labels, [stackLabels.namespace]: unit.name } : { ...labels };
}

/** The labels of an object of its own: also says which unit made it. */
export function objectLabels(unit: UnitSpec, labels: Labels | undefined): Labels {
  return { ...innerLabels(unit, labels), [skepLabels.unit]: unit.name };
}
