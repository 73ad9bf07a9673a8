import type {
  DesiredConfig,
  DesiredObject,
  DesiredSecret,
  DesiredService,
} from '../desired/desired.ts';
import type { World } from '../kinds/kind.ts';
import { couldBeSame, knownVersion } from '../kinds/object/same-content.ts';
import { otherOwner } from '../kinds/ownership.ts';
import { wishHash } from '../kinds/service.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';

type Versioned = DesiredConfig | DesiredSecret;
type Adopted = { objects: DesiredObject[]; diagnostics: Diagnostic[] };

/**
 * `docker stack deploy` names configs and secrets plainly. Where one of these is live and holds what the files say, it is
 * used under its plain name, instead of a version of its own that would restart every service for nothing.
 */
export function adoptNames(objects: readonly DesiredObject[], world: World): Adopted {
  const adopted = new Map<string, Versioned>();
  for (const object of objects) {
    if (object.kind !== 'config' && object.kind !== 'secret') continue;
    const plain = plainlyNamed(object, world);
    if (plain) adopted.set(`${object.kind}/${object.name}`, plain);
  }
  return {
    objects: objects.map((object) =>
      object.kind === 'service'
        ? renamed(object, adopted)
        : (adopted.get(`${object.kind}/${object.name}`) ?? object),
    ),
    diagnostics: [...adopted.values()].filter((plain) => isTrusted(plain, world)).map(trusting),
  };
}

/** The object under its plain name, when a live one of that name can be taken for it. */
function plainlyNamed(object: Versioned, world: World): Versioned | undefined {
  const { base, kind, name: version } = object;
  const live = world.snapshot[`${kind}s`];
  if (base === undefined || live.some(({ Spec }) => Spec.Name === version)) return undefined;
  const found = live.find(({ Spec }) => Spec.Name === base);
  if (!found) return undefined;
  const plain: Versioned = { ...object, name: base, version, spec: { ...object.spec, Name: base } };
  if (otherOwner(plain, found.Spec.Labels, world) !== undefined) return undefined;
  return couldBeSame(plain, found, world) ? plain : undefined;
}

/** Nobody could say what is in it. */
function isTrusted(plain: Versioned, world: World): boolean {
  if (plain.kind !== 'secret' || world.secretContents?.has(plain.name)) return false;
  const live = world.snapshot.secrets.find(({ Spec }) => Spec.Name === plain.name);
  return live !== undefined && knownVersion(plain, live, world.owned) === undefined;
}

function trusting({ unit, name, place }: Versioned): Diagnostic {
  return {
    severity: 'warning',
    code: 'secret-taken-over',
    message: `The secret ${name} is there already and cannot be read: it is taken to hold what the files say.`,
    remedy: `If it does not, remove the secret once no service uses it, or give it another name in the files.`,
    unit,
    ...(place && { place }),
  };
}

function renamed(service: DesiredService, adopted: ReadonlyMap<string, Versioned>): DesiredService {
  if (adopted.size === 0) return service;
  const spec = structuredClone(service.spec);
  const container = spec.TaskTemplate.ContainerSpec;
  for (const reference of container?.Configs ?? []) {
    reference.ConfigName =
      adopted.get(`config/${reference.ConfigName}`)?.name ?? reference.ConfigName;
  }
  for (const reference of container?.Secrets ?? []) {
    reference.SecretName =
      adopted.get(`secret/${reference.SecretName}`)?.name ?? reference.SecretName;
  }
  const credentials = container?.Privileges?.CredentialSpec as
    { Config?: string } | null | undefined;
  if (credentials?.Config) {
    credentials.Config = adopted.get(`config/${credentials.Config}`)?.name ?? credentials.Config;
  }
  return { ...service, spec, hash: wishHash(service) };
}
