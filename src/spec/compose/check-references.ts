import type { Compose, ComposeService } from '../compose.ts';
import type { Diagnostic, Path, Place } from '../diagnostic.ts';
import { nearest } from './nearest.ts';
import { dotted, locateNearest } from './notes.ts';
import { findClashes } from './port-clashes.ts';

type Finding = { path: Path; code: string; message: string; remedy: string; isWarning?: true };

/** What can only be judged once a unit's files are merged: images, references between the sections, clashing ports. */
export function checkReferences(
  compose: Compose,
  locate: (path: Path) => Place | undefined,
): Diagnostic[] {
  const findings = [
    ...Object.entries(compose.services).flatMap(([name, service]) => [
      ...checkImage(name, service),
      ...checkMode(name, service),
      ...undefinedNames(name, service, compose),
    ]),
    ...findClashes(compose).map(portClash),
    ...checkCycles(compose),
  ];
  return findings.map((finding) => toDiagnostic(finding, locate));
}

function toDiagnostic(
  { path, code, message, remedy, isWarning }: Finding,
  locate: (path: Path) => Place | undefined,
): Diagnostic {
  const place = locateNearest(path, locate);
  const severity = isWarning ? 'warning' : 'error';
  return { severity, code, message: `${dotted(path)} ${message}`, remedy, ...(place && { place }) };
}

function checkImage(name: string, { image }: ComposeService): Finding[] {
  if (image !== undefined) return [];
  const message = 'has no image, and Swarm builds none';
  const remedy = 'Build it, push it to a registry, and name it with "image".';
  return [{ path: ['services', name], code: 'missing-image', message, remedy }];
}

function checkMode(name: string, { deploy, ports }: ComposeService): Finding[] {
  const path = ['services', name, 'deploy'];
  const mode = deploy?.mode ?? 'replicated';
  const findings: Finding[] = [];
  if (deploy?.replicas !== undefined && mode.startsWith('global')) {
    const message = `means nothing in mode "${mode}", which runs one task per node`;
    findings.push({
      path: [...path, 'replicas'],
      code: 'conflicting-keys',
      message,
      remedy: 'Remove it, or the mode.',
    });
  }
  if (deploy?.update_config !== undefined && mode.endsWith('-job')) {
    const message = `cannot be there in mode "${mode}"`;
    findings.push({
      path: [...path, 'update_config'],
      code: 'conflicting-keys',
      message,
      remedy: 'Remove it.',
    });
  }
  if (deploy?.endpoint_mode === 'dnsrr' && ports?.some(({ mode }) => mode === 'ingress')) {
    const message = 'cannot be "dnsrr" with ports in mode "ingress"';
    const remedy = 'Publish the ports in mode "host", or use "vip".';
    findings.push({ path: [...path, 'endpoint_mode'], code: 'conflicting-keys', message, remedy });
  }
  return findings;
}

function undefinedNames(name: string, service: ComposeService, compose: Compose): Finding[] {
  const path = ['services', name];
  const { networks, configs, secrets, volumes, credential_spec, depends_on } = service;
  const joined = Object.keys(networks ?? {}).filter((network) => network !== 'default');
  const mounts = (volumes ?? []).filter(
    ({ type, source = '' }) => type === 'volume' && source !== '',
  );
  const config = credential_spec?.config;
  const needed = Object.entries(depends_on ?? {}).filter(([, { required }]) => required !== false);
  const missing = missingFrom(compose);
  return [
    ...joined.flatMap((one) => missing('networks', one, [...path, 'networks', one])),
    ...(configs ?? []).flatMap(({ source }) =>
      missing('configs', source, [...path, 'configs', source]),
    ),
    ...(secrets ?? []).flatMap(({ source }) =>
      missing('secrets', source, [...path, 'secrets', source]),
    ),
    ...mounts.flatMap(({ source = '', target }) =>
      missing('volumes', source, [...path, 'volumes', target]),
    ),
    ...(config === undefined
      ? []
      : missing('configs', config, [...path, 'credential_spec', 'config'])),
    // `docker stack deploy` passes over `depends_on`, so files that it takes may name anything there.
    ...needed
      .flatMap(([one]) => missing('services', one, [...path, 'depends_on', one]))
      .map((finding): Finding => ({ ...finding, isWarning: true })),
  ];
}

type Section = Exclude<keyof Compose, 'name'>;

function missingFrom(compose: Compose) {
  return (section: Section, name: string, path: Path): Finding[] => {
    if (Object.hasOwn(compose[section], name)) return [];
    const meant = nearest(name, Object.keys(compose[section]));
    const define = `Define it under "${section}", with "external: true" if somebody else makes it.`;
    return [
      {
        path,
        code: `undefined-${section.slice(0, -1)}`,
        message: `names "${name}", which is not under "${section}"`,
        remedy: meant === undefined ? define : `Did you mean "${meant}"?`,
      },
    ];
  };
}

function portClash({ service, other, key }: ReturnType<typeof findClashes>[number]): Finding {
  return {
    path: ['services', service, 'ports', key],
    code: 'port-clash',
    message: `is published by "${other}" too`,
    remedy: 'Publish one of them on another port.',
  };
}

/** Services that wait for each other in a circle would wait for ever. */
function checkCycles({ services }: Compose): Finding[] {
  return Object.keys(services)
    .filter((name) => reaches(services, name, name, new Set()))
    .map((name) => ({
      path: ['services', name, 'depends_on'],
      code: 'dependency-cycle',
      message: 'leads back to the service itself, so no order can be kept',
      remedy: 'Break the circle.',
      isWarning: true,
    }));
}

function reaches(
  services: Compose['services'],
  from: string,
  goal: string,
  seen: Set<string>,
): boolean {
  return Object.keys(services[from]?.depends_on ?? {}).some((next) => {
    if (next === goal) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(services, next, goal, seen);
  });
}
