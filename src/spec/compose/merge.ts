import type { Compose, ComposeService } from '../compose.ts';
import type { Path } from '../diagnostic.ts';
import { mergeService } from './merge-service.ts';

/**
 * Lays `over` onto `base` as `docker stack deploy -c base -c over` does: services are merged key by key, entries of the
 * other sections replaced as a whole. `replaced` (of the file of `over`) are the paths at which nothing of `base` stays.
 * Neither argument is changed.
 */
export function mergeCompose(
  base: Compose,
  over: Compose,
  replaced: readonly Path[] = [],
): Compose {
  const left = replaced.reduce((compose, path) => without(compose, path), base);
  const name = over.name ?? left.name;
  return {
    ...(name !== undefined && { name }),
    services: mergeServices(left.services, over.services),
    networks: { ...left.networks, ...over.networks },
    volumes: { ...left.volumes, ...over.volumes },
    configs: { ...left.configs, ...over.configs },
    secrets: { ...left.secrets, ...over.secrets },
  };
}

function mergeServices(
  base: Compose['services'],
  over: Compose['services'],
): Record<string, ComposeService> {
  const merged = Object.entries(over).map(([name, service]) => {
    const below = Object.hasOwn(base, name) ? base[name] : undefined;
    return [name, below === undefined ? service : mergeService(below, service)] as const;
  });
  return { ...base, ...Object.fromEntries(merged) };
}

const sections = new Set(['services', 'networks', 'volumes', 'configs', 'secrets']);

/** The document without what is at the path. A whole section stays as an empty one. */
function without(compose: Compose, path: Path): Compose {
  const [section, service, key] = path;
  if (path.length === 1 && sections.has(String(section)))
    return { ...compose, [String(section)]: {} };
  if (section === 'services' && key === 'tmpfs') return withoutTmpfs(compose, String(service));
  return omitAt(compose, path) as Compose;
}

function omitAt(value: unknown, [key, ...rest]: Path): unknown {
  if (typeof value !== 'object' || value === null || key === undefined) return value;
  if (!Object.hasOwn(value, key)) return value;
  // Positions in a list mean nothing to another file's list.
  if (Array.isArray(value)) return value;
  const entries = Object.entries(value);
  const kept = rest.length === 0 ? entries.filter(([name]) => name !== key) : entries;
  return Object.fromEntries(
    kept.map(([name, item]) => [name, name === key ? omitAt(item, rest) : item]),
  );
}

/** Service-level `tmpfs` is among the mounts in long form. */
function withoutTmpfs(compose: Compose, name: string): Compose {
  const service = compose.services[name];
  if (service?.volumes === undefined) return compose;
  const volumes = service.volumes.filter(({ type }) => type !== 'tmpfs');
  return { ...compose, services: { ...compose.services, [name]: { ...service, volumes } } };
}
