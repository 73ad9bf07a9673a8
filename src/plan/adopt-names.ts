import type {
  DesiredConfig,
  DesiredObject,
  DesiredSecret,
  DesiredService,
} from '../desired/desired.ts';
import type { World } from '../kinds/kind.ts';
import { sameContent } from '../kinds/object/same-content.ts';
import { otherOwner } from '../kinds/ownership.ts';
import { wishHash } from '../kinds/service.ts';

type Versioned = DesiredConfig | DesiredSecret;

/**
 * `docker stack deploy` names configs and secrets plainly. Where one of these is live and holds what the files say, it is
 * used under its plain name, instead of a version of its own that would restart every service for nothing.
 */
export function adoptNames(objects: readonly DesiredObject[], world: World): DesiredObject[] {
  const adopted = new Map<string, string>();
  const named = objects.map((object) => {
    if (object.kind !== 'config' && object.kind !== 'secret') return object;
    const plain = plainlyNamed(object, world);
    if (!plain) return object;
    adopted.set(`${object.kind}/${object.name}`, plain.name);
    return plain;
  });
  if (adopted.size === 0) return named;
  return named.map((object) => (object.kind === 'service' ? renamed(object, adopted) : object));
}

/** The object under its plain name, when a live one of that name can be taken for it. */
function plainlyNamed(object: Versioned, world: World): Versioned | undefined {
  const { base, kind } = object;
  const live = world.snapshot[`${kind}s`];
  if (base === undefined || live.some(({ Spec }) => Spec.Name === object.name)) return undefined;
  const found = live.find(({ Spec }) => Spec.Name === base);
  if (!found) return undefined;
  const plain: Versioned = { ...object, name: base, spec: { ...object.spec, Name: base } };
  if (otherOwner(plain, found.Spec.Labels, world) !== undefined) return undefined;
  return sameContent(plain, found, world) ? plain : undefined;
}

function renamed(service: DesiredService, adopted: ReadonlyMap<string, string>): DesiredService {
  const spec = structuredClone(service.spec);
  const container = spec.TaskTemplate.ContainerSpec;
  for (const reference of container?.Configs ?? []) {
    reference.ConfigName = adopted.get(`config/${reference.ConfigName}`) ?? reference.ConfigName;
  }
  for (const reference of container?.Secrets ?? []) {
    reference.SecretName = adopted.get(`secret/${reference.SecretName}`) ?? reference.SecretName;
  }
  const credentials = container?.Privileges?.CredentialSpec as
    { Config?: string } | null | undefined;
  if (credentials?.Config) {
    credentials.Config = adopted.get(`config/${credentials.Config}`) ?? credentials.Config;
  }
  return { ...service, spec, hash: wishHash(service) };
}
