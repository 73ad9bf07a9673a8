import type { DesiredService } from '../../desired/desired.ts';
import { stackLabels } from '../../desired/labels.ts';
import type { Labels, ServiceSpec } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import { fields } from './fields.ts';
import { imageOf } from './image.ts';
import { setAt, valueAt } from './spec-path.ts';
import { dropUnknown } from './understood.ts';

/** The desired spec as this Engine can take it, its image pinned where the policy for images found a digest. */
export function takeable(desired: DesiredService, world: World): ServiceSpec {
  const spec = structuredClone(desired.spec);
  dropUnknown(spec, world.snapshot.apiVersion);
  const reference = world.images?.get(imageOf(spec));
  if (reference !== undefined && spec.TaskTemplate.ContainerSpec) {
    spec.TaskTemplate.ContainerSpec.Image = reference;
  }
  return spec;
}

/** The desired spec with the live values of everything that others look after: these differ never, and stay when written. */
export function wanted(desired: DesiredService, live: ServiceSpec, world: World): ServiceSpec {
  const spec = takeable(desired, world);
  spec.Labels = { ...cronLabels(live), ...spec.Labels };
  return keepOthers(desired, spec, live);
}

/** A spec, which is changed, with the live values of what `x-skep` leaves to others. */
export function keepOthers(
  desired: DesiredService,
  spec: ServiceSpec,
  live: ServiceSpec,
): ServiceSpec {
  // swarm-cronjob scales the services it runs: https://crazymax.dev/swarm-cronjob/
  const isCronjob = spec.Labels?.['swarm.cronjob.enable'] === 'true';
  const ignore = [...(isCronjob ? ['replicas'] : []), ...(desired.options.ignore ?? [])];
  for (const path of ignore) keepLive(spec, live, path);
  return spec;
}

function cronLabels({ Labels = {} }: ServiceSpec): Labels {
  return Object.fromEntries(
    Object.entries(Labels).filter(([key]) => key.startsWith('swarm.cronjob.')),
  );
}

function keepLive(spec: ServiceSpec, live: ServiceSpec, path: string): void {
  const whole = fields.find((field) => field.path === path);
  if (whole) {
    setAt(spec, whole.at, valueAt(live, whole.at));
    if (path === 'image') keepLive(spec, live, `labels.${stackLabels.image}`);
    return;
  }
  const owner = fields.find((field) => field.keepPart && path.startsWith(`${field.path}.`));
  if (owner) return owner.keepPart?.(spec, live, path.slice(owner.path.length + 1));
  const at = enginePath(path);
  setAt(spec, at, valueAt(live, at));
}

/** Dots part the keys, but not those of labels. */
function enginePath(path: string): string[] {
  const labels = /^((?:.*\.)?Labels)\.(.+)$/.exec(path);
  return labels ? [...(labels[1] ?? '').split('.'), labels[2] ?? ''] : path.split('.');
}
