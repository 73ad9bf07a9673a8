import type {
  ComposeDeploy,
  ComposePort,
  ComposeReference,
  ComposeResources,
  ComposeService,
} from '../compose.ts';
import { portKey } from './ports.ts';

type Merge<Value> = (base: Value, over: Value) => Value;
type Merges<Values> = { [Key in keyof Values]?: Merge<NonNullable<Values[Key]>> };

/**
 * One service over another, by Docker's rules for several files
 * (https://docs.docker.com/reference/compose-file/merge/ and the loader of `docker stack deploy`): maps are merged, lists
 * of texts appended, mounts replaced by target, references by source, ports by published port and protocol; of the rest
 * the later one counts.
 */
export function mergeService(base: ComposeService, over: ComposeService): ComposeService {
  return mergeKeys(base, over, serviceMerges);
}

/** The later one counts, except where there is a rule. */
function mergeKeys<Values extends object>(
  base: Values,
  over: Values,
  merges: Merges<Values>,
): Values {
  const merged: Partial<Values> = {};
  for (const key of Object.keys(merges) as (keyof Values)[]) {
    const merge = merges[key];
    const [below, above] = [base[key], over[key]];
    if (merge === undefined || below === undefined || above === undefined) continue;
    merged[key] = merge(below as NonNullable<typeof below>, above as NonNullable<typeof above>);
  }
  return { ...base, ...over, ...merged };
}

function mergeMaps<Value extends object>(base: Value, over: Value): Value {
  return { ...base, ...over };
}

function append<Item>(base: Item[], over: Item[]): Item[] {
  return [...base, ...over];
}

function appendNew(base: string[], over: string[]): string[] {
  return [...new Set([...base, ...over])];
}

/** An empty command does not clear the one below; `!reset` does. */
function replaceUnlessEmpty(base: string[], over: string[]): string[] {
  return over.length === 0 ? base : over;
}

function mergeBy<Item>(key: (item: Item) => string | number): Merge<Item[]> {
  return (base, over) => {
    const replaced = new Set(over.map(key));
    return [...base.filter((item) => !replaced.has(key(item))), ...over].toSorted((a, b) =>
      compare(key(a), key(b)),
    );
  };
}

function compare(a: string | number, b: string | number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function mergePorts(base: ComposePort[], over: ComposePort[]): ComposePort[] {
  return mergeBy(portKey)(base, over).toSorted((a, b) => (a.published ?? 0) - (b.published ?? 0));
}

const mergeReferences = mergeBy((reference: ComposeReference) => reference.source);

/** Options belong to their driver. */
function mergeLogging(
  base: NonNullable<ComposeService['logging']>,
  over: NonNullable<ComposeService['logging']>,
): NonNullable<ComposeService['logging']> {
  const isOther = Boolean(base.driver) && Boolean(over.driver) && base.driver !== over.driver;
  return isOther ? over : mergeKeys(base, over, { options: mergeMaps });
}

const resourceMerges: Merges<ComposeResources> = { generic_resources: append };

const deployMerges: Merges<ComposeDeploy> = {
  labels: mergeMaps,
  restart_policy: mergeMaps,
  update_config: mergeMaps,
  rollback_config: mergeMaps,
  placement: (base, over) => mergeKeys(base, over, { constraints: appendNew, preferences: append }),
  resources: (base, over) =>
    mergeKeys(base, over, {
      limits: (base, over) => mergeKeys(base, over, resourceMerges),
      reservations: (base, over) => mergeKeys(base, over, resourceMerges),
    }),
};

const serviceMerges: Merges<ComposeService> = {
  command: replaceUnlessEmpty,
  entrypoint: replaceUnlessEmpty,
  environment: mergeMaps,
  labels: mergeMaps,
  networks: (base, over) =>
    mergeKeys(base, over, Object.fromEntries(Object.keys(over).map((name) => [name, mergeMaps]))),
  ports: mergePorts,
  volumes: mergeBy((mount) => mount.target),
  configs: mergeReferences,
  secrets: mergeReferences,
  healthcheck: mergeMaps,
  deploy: (base, over) => mergeKeys(base, over, deployMerges),
  depends_on: mergeMaps,
  group_add: appendNew,
  logging: mergeLogging,
  dns: appendNew,
  dns_search: appendNew,
  dns_opt: appendNew,
  extra_hosts: appendNew,
  cap_add: appendNew,
  cap_drop: appendNew,
  sysctls: mergeMaps,
  ulimits: mergeMaps,
  tmpfs: appendNew,
  credential_spec: mergeMaps,
  'x-skep': mergeMaps,
};
