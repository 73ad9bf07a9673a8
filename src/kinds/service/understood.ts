import type { Mount, ServiceSpec } from '../../swarm/types.ts';
import { setAt, valueAt } from './spec-path.ts';

/**
 * Fields that Engines before an API version drop without a word: sent to such an Engine they would differ for ever.
 * https://docs.docker.com/reference/api/engine/version-history/
 */
const younger: { path: string; since: number; at: string[] }[] = [
  { path: 'oom_score_adj', since: 46, at: ['OomScoreAdj'] },
  { path: 'healthcheck.start_interval', since: 44, at: ['Healthcheck', 'StartInterval'] },
];
const youngerInMounts: { path: string; since: number; at: string[] }[] = [
  { path: 'volume.subpath', since: 45, at: ['VolumeOptions', 'Subpath'] },
  { path: 'tmpfs.options', since: 46, at: ['TmpfsOptions', 'Options'] },
];

/** Takes out of a spec what the Engine does not know, and returns the paths of it. Without a version nothing is taken. */
export function dropUnknown(spec: ServiceSpec, apiVersion: string | undefined): string[] {
  const container = spec.TaskTemplate.ContainerSpec;
  if (apiVersion === undefined || !container) return [];
  const minor = Number(apiVersion.split('.')[1]);
  const mounts = container.Mounts ?? [];
  return [
    ...younger
      .filter(({ since, at }) => minor < since && takeOut(container, at))
      .map(({ path, since }) => `${path} (API 1.${since})`),
    ...youngerInMounts
      .filter(({ since, at }) => minor < since && takeOutOfAny(mounts, at))
      .map(({ path, since }) => `mounts: ${path} (API 1.${since})`),
  ];
}

function takeOutOfAny(mounts: readonly Mount[], at: readonly string[]): boolean {
  return mounts.map((mount) => takeOut(mount, at)).some(Boolean);
}

function takeOut(object: object, at: readonly string[]): boolean {
  if (valueAt(object, at) === undefined) return false;
  setAt(object, at, undefined);
  return true;
}
