import { skepLabels } from '../../desired/labels.ts';
import type { Labels, ServiceSpec } from '../../swarm/types.ts';
import { withoutOwn } from '../ownership.ts';
import { map } from './canonical.ts';
import { type Field, matcher } from './field.ts';
import { setAt, valueAt } from './spec-path.ts';

/**
 * `deploy.labels`. Skep's own labels make no difference, but for the one that keeps a service from being pruned: the
 * others come along with the next true change.
 */
const serviceLabels: Field = {
  path: 'labels',
  at: ['Labels'],
  restarts: false,
  read: ({ Labels: labels = {} }) => {
    const keep = labels[skepLabels.prune];
    return { ...withoutOwn(labels), ...(keep !== undefined && { [skepLabels.prune]: keep }) };
  },
  write: (next, desired) => setAt(next, ['Labels'], desired.Labels ?? {}),
  keepPart: (desired, live, part) => keepLabels(desired, live, ['Labels'], part),
};

const at = ['TaskTemplate', 'ContainerSpec', 'Labels'];

/** A service's `labels`: Compose puts them on the containers. */
const containerLabels: Field = {
  path: 'container_labels',
  at,
  restarts: true,
  read: (spec) => map(labelsOfContainer(spec)),
  write(next, desired) {
    const labels = labelsOfContainer(desired);
    setAt(next, at, Object.keys(labels).length === 0 ? undefined : labels);
  },
  keepPart: (desired, live, part) => keepLabels(desired, live, at, part),
};

/** The part is a key, or the beginning of keys with a `*` after it. */
function keepLabels(
  desired: ServiceSpec,
  live: ServiceSpec,
  at: readonly string[],
  part: string,
): void {
  const own = map(valueAt(desired, at));
  const theirs = map(valueAt(live, at));
  const matches = matcher(part);
  const kept = [
    ...Object.entries(own).filter(([key]) => !matches(key)),
    ...Object.entries(theirs).filter(([key]) => matches(key)),
  ];
  setAt(desired, at, kept.length === 0 ? undefined : Object.fromEntries(kept));
}

function labelsOfContainer(spec: ServiceSpec): Labels {
  return spec.TaskTemplate.ContainerSpec?.Labels ?? {};
}

export const labels: Field[] = [serviceLabels, containerLabels];
