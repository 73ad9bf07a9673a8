import { isDeepStrictEqual } from 'node:util';
import type {
  ConfigReference,
  FileTarget,
  SecretReference,
  ServiceSpec,
} from '../../swarm/types.ts';
import { type Field, mergeList, setList } from './field.ts';

type Reference = SecretReference | ConfigReference;

export const references: Field[] = [
  referencesIn('secrets', 'Secrets', (spec) => spec.TaskTemplate.ContainerSpec?.Secrets ?? []),
  referencesIn('configs', 'Configs', (spec) => spec.TaskTemplate.ContainerSpec?.Configs ?? []),
];

/** By where they appear in the container: one target holds one object. */
function referencesIn(path: string, key: string, of: (spec: ServiceSpec) => Reference[]): Field {
  const at = ['TaskTemplate', 'ContainerSpec', key];
  return {
    path,
    at,
    restarts: true,
    read: (spec) =>
      Object.fromEntries(of(spec).map((reference) => [targetOf(reference), canonical(reference)])),
    write(next, desired) {
      const same = (a: Reference, b: Reference) => isDeepStrictEqual(canonical(a), canonical(b));
      setList(next, at, mergeList(of(next), of(desired), targetOf, same));
    },
  };
}

function nameOf(reference: Reference): string {
  return 'SecretName' in reference ? reference.SecretName : reference.ConfigName;
}

function targetOf(reference: Reference): string {
  return reference.File?.Name ?? `runtime:${nameOf(reference)}`;
}

function canonical(reference: Reference): unknown {
  return { name: nameOf(reference), ...(reference.File && canonicalFile(reference.File)) };
}

function canonicalFile(file: FileTarget): object {
  return {
    uid: file.UID || '0',
    gid: file.GID || '0',
    mode: file.Mode.toString(8).padStart(4, '0'),
  };
}
