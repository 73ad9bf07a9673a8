import { posix } from 'node:path';
import type { ClusterDocument } from './cluster.ts';
import type { Compose, ComposeObject, ComposeService } from './compose.ts';

/** A document of the folder `from` as it would be written in the folder `to`. */
export function rebasePaths(compose: Compose, from: string, to: string): Compose {
  if (from === to) return compose;
  const rebase = (path: string) => rebasePath(path, from, to);
  return {
    ...compose,
    services: mapValues(compose.services, (service) => rebaseMounts(service, rebase)),
    configs: mapValues(compose.configs, (config) => rebaseFile(config, rebase)),
    secrets: mapValues(compose.secrets, (secret) => rebaseFile(secret, rebase)),
  };
}

/** As `rebasePaths`, of the cluster's own keys. */
export function rebaseCluster(
  document: ClusterDocument,
  from: string,
  to: string,
): ClusterDocument {
  const { cluster } = document;
  if (from === to || cluster?.external_cas === undefined) return document;
  const external_cas = cluster.external_cas.map((ca) =>
    ca.ca_cert_file === undefined
      ? ca
      : { ...ca, ca_cert_file: rebasePath(ca.ca_cert_file, from, to) },
  );
  return { ...document, cluster: { ...cluster, external_cas } };
}

function rebasePath(path: string, from: string, to: string): string {
  if (posix.isAbsolute(path) || path.startsWith('~')) return path;
  const rebased = posix.relative(posix.join('/', to), posix.join('/', from, path));
  return rebased.startsWith('.') ? rebased : `./${rebased}`;
}

function rebaseMounts(service: ComposeService, rebase: (path: string) => string): ComposeService {
  if (!service.volumes) return service;
  const volumes = service.volumes.map((mount) =>
    mount.type === 'bind' && mount.source !== undefined
      ? { ...mount, source: rebase(mount.source) }
      : mount,
  );
  return { ...service, volumes };
}

function rebaseFile(object: ComposeObject, rebase: (path: string) => string): ComposeObject {
  return object.file === undefined ? object : { ...object, file: rebase(object.file) };
}

function mapValues<T>(values: Record<string, T>, map: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
