import type { z } from 'zod';
import type { ClusterDocument } from '../cluster.ts';
import { clusterUnit } from '../spec-set.ts';
import type { Compose, ComposeNetwork } from '../compose.ts';
import type { Diagnostic, Path } from '../diagnostic.ts';
import { checkNames } from './check-names.ts';
import { checkSection, salvage } from './check-section.ts';
import type { CheckedFile, FileAt } from './checked-file.ts';
import { outline, unsupportedFileKeys, type sections } from './file.ts';
import { shortForms } from './fold-short-forms.ts';
import { Notes } from './notes.ts';
import type { ServiceInput } from './service.ts';
import { isMapping } from './strict-object.ts';
import { stripTags } from './strip-tags.ts';
import { toService } from './to-service.ts';
import { warnUnsupported } from './warn-unsupported.ts';

export type { CheckedFile, FileAt } from './checked-file.ts';

/**
 * Checks one parsed and interpolated file and brings it into long form. Never throws; reports everything that is wrong
 * at once.
 */
export function checkFile(raw: unknown, at: FileAt): CheckedFile {
  const notes = new Notes(at);
  const { value, replaced, forbidden } = stripTags(raw);
  for (const path of forbidden) {
    notes.error(path, 'bad-name', 'is a name that cannot be used', 'Choose another.');
  }
  const checked = isMapping(value) ? checkMapping(value, notes) : refuseFile(value, notes);
  return {
    ...checked,
    replaced: replaced.map(toLongForm),
    usable: !notes.hasErrors,
    diagnostics: notes.diagnostics.toSorted(byPlace),
    locate: (path) => notes.locate(path),
  };
}

function byPlace({ place: a }: Diagnostic, { place: b }: Diagnostic): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

type Content = Omit<CheckedFile, 'replaced' | 'usable' | 'diagnostics' | 'locate'>;
type Outline = z.output<typeof outline>;

function refuseFile(value: unknown, notes: Notes): Content {
  const message = value === null || value === undefined ? 'is empty' : 'is no mapping';
  notes.error([], 'wrong-type', message, 'Begin with a key such as "services:".');
  return { options: {}, includes: [], extends: {}, envFiles: {}, labelFiles: {}, profiles: {} };
}

function checkMapping(value: Record<string, unknown>, notes: Notes): Content {
  const file: Outline = salvage(outline, value, [], notes) ?? {};
  const services = checkSection('services', file.services, notes);
  const stacks = checkSection('stacks', file.stacks, notes);
  const cluster = toCluster(file, notes);
  const compose = toCompose(file, services, value, notes);
  warnUnsupported(file, unsupportedFileKeys, [], notes);
  checkVersion(file.version, notes);
  refuseClusterName(file.name, Object.keys(stacks), notes);
  checkNames(compose, notes);
  return {
    compose,
    ...(cluster && { cluster }),
    ...(file.stacks && { stacks }),
    options: file['x-skep'] ?? {},
    includes: file.include ?? [],
    extends: pick(services, (service) => service.extends),
    envFiles: pick(services, (service) => service.env_file),
    labelFiles: pick(services, (service) => service.label_file),
    profiles: pick(services, (service) => service.profiles),
  };
}

function toCompose(
  file: Outline,
  services: Record<string, ServiceInput>,
  raw: Record<string, unknown>,
  notes: Notes,
): Compose {
  const networks = checkSection('networks', file.networks, notes);
  return {
    ...(file.name !== undefined && { name: file.name }),
    services: mapValues(services, (service, name) => {
      const known = toService(service, ['services', name], notes);
      return lostImage(raw, name, service) ? { ...known, image: 'unknown' } : known;
    }),
    networks: mapValues(networks, toNetwork),
    volumes: checkSection('volumes', file.volumes, notes),
    configs: checkSection('configs', file.configs, notes),
    secrets: checkSection('secrets', file.secrets, notes),
  };
}

function toNetwork(input: z.output<(typeof sections)['networks']>): ComposeNetwork {
  const { enable_ipv4: _unsupported, ...network } = input;
  return network;
}

/** A bad image is reported as such; it should not be reported as missing too. */
function lostImage(raw: Record<string, unknown>, name: string, service: ServiceInput): boolean {
  const entry = isMapping(raw['services']) ? raw['services'][name] : undefined;
  return service.image === undefined && (!isMapping(entry) || Object.hasOwn(entry, 'image'));
}

function toCluster(file: Outline, notes: Notes): ClusterDocument | undefined {
  const nodes = checkSection('nodes', file.nodes, notes);
  const { cluster, tokens } = file;
  if (!cluster && !tokens && !file.nodes) return undefined;
  return {
    ...(cluster && { cluster }),
    ...(tokens && { tokens }),
    ...(file.nodes && { nodes }),
  };
}

function checkVersion(version: string | undefined, notes: Notes): void {
  if (version === undefined || /^3(\.(\d|1[0-3]))?$|^$/.test(version)) return;
  const message = 'is no version that Docker knows for stacks; the file is read as today’s Compose';
  notes.warn(['version'], 'version', message, 'Remove the line.');
}

function refuseClusterName(name: string | undefined, stacks: string[], notes: Notes): void {
  const message = `must not be "${clusterUnit}": the cluster’s own files are called that`;
  if (name === clusterUnit) notes.error(['name'], 'reserved-name', message, 'Choose another.');
  if (stacks.includes(clusterUnit)) {
    notes.error(['stacks', clusterUnit], 'reserved-name', message, 'Choose another.');
  }
}

function toLongForm(path: Path): Path {
  const [section, service, key] = path;
  const long = section === 'services' && typeof key === 'string' ? shortForms[key] : undefined;
  return long === undefined ? path : ['services', service ?? '', ...long];
}

function mapValues<From, To>(
  values: Record<string, From>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, change(value, key)]),
  );
}

function pick<From, To>(
  values: Record<string, From>,
  choose: (value: From) => To | undefined,
): Record<string, To> {
  const chosen = Object.entries(values).flatMap(([key, value]) => {
    const found = choose(value);
    return found === undefined ? [] : [[key, found] as const];
  });
  return Object.fromEntries(chosen);
}
