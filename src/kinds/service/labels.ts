import type { Labels, ServiceSpec } from '../../swarm/types.ts';
import { withoutOwn } from '../ownership.ts';
import { map } from './canonical.ts';
import { type Field } from './field.ts';
import { setAt } from './spec-path.ts';

/** `deploy.labels`. Skep's own labels make no difference: they come along with the next true change. */
const serviceLabels: Field = {
  path: 'labels',
  at: ['Labels'],
  restarts: false,
  read: (spec) => withoutOwn(spec.Labels ?? {}),
  write: (next, desired) => setAt(next, ['Labels'], desired.Labels ?? {}),
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
};

function labelsOfContainer(spec: ServiceSpec): Labels {
  return spec.TaskTemplate.ContainerSpec?.Labels ?? {};
}

export const labels: Field[] = [serviceLabels, containerLabels];
