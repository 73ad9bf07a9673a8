import { secretVersion, versionBase } from './content-hash.ts';
import type { DesiredObject, DesiredSecret, DesiredService, DesiredToken, DesiredUnit } from './desired.ts';
import { skepLabels } from './labels.ts';
import { present } from './omit-empty.ts';

/** The names of the Swarm secrets that a token goes to, as the files say them. */
export function secretsOf({ schedule }: DesiredToken): string[] {
  return (schedule.deliver ?? []).flatMap(({ secret }) => secret ?? []);
}

/** The name of the version of a secret that holds this token. Costs tens of milliseconds. */
export function tokenVersion(secret: string, token: string): string {
  return secretVersion(versionBase(secret), [token]);
}

/** A secret that holds a join token. From here on it is a secret as all others: made, kept, collected and owned like them. */
export function tokenSecret(
  { unit, name: role, options, place }: DesiredToken,
  { base, version, token }: { base: string; version: string; token: string },
): DesiredSecret {
  return {
    kind: 'secret',
    unit,
    name: version,
    base,
    version,
    options,
    ...present({ place }),
    spec: {
      Name: version,
      Labels: {
        [skepLabels.unit]: unit,
        [skepLabels.base]: base,
        [skepLabels.token]: role,
      },
      Data: Buffer.from(token).toString('base64'),
    },
  };
}

/** The unit with the names of its external secrets replaced by those that `newer` has for them. */
export function repointed(desired: DesiredUnit, newer: ReadonlyMap<string, string>): DesiredUnit {
  const isExternal = new Set(
    desired.external.filter(({ kind }) => kind === 'secret').map(({ name }) => name),
  );
  const nameFor = (name: string) => (isExternal.has(name) ? (newer.get(name) ?? name) : name);
  return {
    ...desired,
    external: desired.external.map((one) =>
      one.kind === 'secret' ? { ...one, name: nameFor(one.name) } : one,
    ),
    objects: desired.objects.map((object) =>
      object.kind === 'service' ? withSecrets(object, nameFor) : object,
    ),
  };
}

function withSecrets(service: DesiredService, nameFor: (name: string) => string): DesiredObject {
  const secrets = service.spec.TaskTemplate.ContainerSpec?.Secrets ?? [];
  if (secrets.every(({ SecretName }) => nameFor(SecretName) === SecretName)) return service;
  const spec = structuredClone(service.spec);
  for (const reference of spec.TaskTemplate.ContainerSpec?.Secrets ?? []) {
    reference.SecretName = nameFor(reference.SecretName);
  }
  return { ...service, spec };
}
