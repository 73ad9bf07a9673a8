import type { DesiredObject, DesiredUnit } from '../../src/desired/desired.ts';
import type {
  Config,
  Network,
  NetworkCreate,
  Secret,
  Service,
  ServiceSpec,
} from '../../src/swarm/types.ts';
import { skepLabels } from '../../src/desired/labels.ts';
import { eventually } from '../harness/await.ts';
import type { TestNode } from '../harness/node.ts';
import type { Deployed } from '../unit/corpus.fixture.ts';

/** All that is on a Swarm and was not there from the beginning. */
export type LiveObjects = {
  services: Service[];
  networks: Network[];
  configs: Config[];
  secrets: Secret[];
  /** Names of networks, also of a node's own, by ID. */
  networkNames: ReadonlyMap<string, string>;
};

export async function readObjects(node: TestNode): Promise<LiveObjects> {
  const [services, networks, configs, secrets] = await Promise.all([
    node.docker<Service[]>('/services'),
    node.docker<Network[]>('/networks'),
    node.docker<Config[]>('/configs'),
    node.docker<Secret[]>('/secrets'),
  ]);
  const own = networks.filter(({ Scope, Ingress }) => Scope === 'swarm' && !Ingress);
  const networkNames = new Map(networks.map(({ Id, Name }) => [Id, Name]));
  for (const { Spec } of services) {
    for (const { Target } of Spec.TaskTemplate.Networks ?? []) {
      // Those that every node has by itself, such as host, are in no list.
      if (networkNames.has(Target)) continue;
      networkNames.set(Target, (await node.docker<Network>(`/networks/${Target}`)).Name);
    }
  }
  return { services, networks: own, configs, secrets, networkNames };
}

/** Removes every service, network, config and secret. */
export async function removeObjects(node: TestNode): Promise<void> {
  const { services, networks, configs, secrets } = await readObjects(node);
  const remove = async (path: string): Promise<void> => {
    await eventually(
      async () => {
        const answer = await fetch(`${node.host.replace('tcp:', 'http:')}${path}`, {
          method: 'DELETE',
        });
        if (answer.ok || answer.status === 404) return true;
        throw new Error(await answer.text());
      },
      { what: `DELETE ${path}`, within: 20_000 },
    );
  };
  await Promise.all(services.map(({ ID }) => remove(`/services/${ID}`)));
  await Promise.all([
    ...networks.map(({ Id }) => remove(`/networks/${Id}`)),
    ...configs.map(({ ID }) => remove(`/configs/${ID}`)),
    ...secrets.map(({ ID }) => remove(`/secrets/${ID}`)),
  ]);
}

/** A live stack as somebody would wish for it: names in place of IDs, without what the Engine chose. */
export function asUnit(live: LiveObjects, stack: string): DesiredUnit {
  const isOwn = ({ Labels }: { Labels?: Record<string, string> | null }) =>
    Labels?.['com.docker.stack.namespace'] === stack;
  const base = { unit: stack, options: {} };
  const versioned = (kind: 'config' | 'secret', { Spec }: Config | Secret): DesiredObject => {
    const plain = Spec.Labels?.[skepLabels.base];
    return {
      ...base,
      kind,
      name: Spec.Name,
      spec: Spec,
      ...(plain !== undefined && { base: plain }),
    };
  };
  const objects: DesiredObject[] = [
    ...live.services
      .filter(({ Spec }) => isOwn(Spec))
      .map(({ Spec }): DesiredObject => {
        const spec = withNames(Spec, live.networkNames);
        return { ...base, kind: 'service', name: Spec.Name, spec, after: [] };
      }),
    ...live.networks.filter(isOwn).map((network): DesiredObject => ({
      ...base,
      kind: 'network',
      name: network.Name,
      spec: asCreated(network),
    })),
    ...live.configs.filter(({ Spec }) => isOwn(Spec)).map((config) => versioned('config', config)),
    ...live.secrets.filter(({ Spec }) => isOwn(Spec)).map((secret) => versioned('secret', secret)),
  ];
  return {
    name: stack,
    revision: '',
    options: {},
    objects: structuredClone(objects),
    external: [],
    diagnostics: [],
  };
}

function withNames(spec: ServiceSpec, networks: ReadonlyMap<string, string>): ServiceSpec {
  const named = structuredClone(spec);
  for (const network of named.TaskTemplate.Networks ?? []) {
    network.Target = networks.get(network.Target) ?? network.Target;
  }
  return named;
}

/** What was asked for, from what came of it: a subnet of the pool that a Swarm has by itself was not. */
function asCreated(network: Network): NetworkCreate {
  const { Name, Driver, Labels, Options, IPAM, Attachable, Internal } = network;
  const chosen = 'com.docker.network.driver.overlay.vxlanid_list';
  const options = Object.entries(Options ?? {}).filter(([key]) => key !== chosen);
  const subnets = (IPAM.Config ?? []).filter(({ Subnet }) => !Subnet?.startsWith('10.0.'));
  return {
    Name,
    Driver,
    Labels: Labels ?? {},
    Options: Object.fromEntries(options),
    IPAM: { Config: subnets.map(({ Subnet = '' }) => ({ Subnet })) },
    Attachable,
    Internal,
  };
}

function mapValues<T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** A live stack that `docker stack deploy` made, as the corpus has it. */
export function asDeployed(live: LiveObjects, stack: string): Pick<Deployed, Parts> {
  const { objects } = asUnit(live, stack);
  const specs = (kind: DesiredObject['kind']) =>
    objects.flatMap((object) => (object.kind === kind && 'spec' in object ? [object.spec] : []));
  const byName = <T>(kind: DesiredObject['kind']) =>
    Object.fromEntries(specs(kind).map((spec) => [spec.Name, spec])) as Record<string, T>;
  return {
    services: mapValues(byName<ServiceSpec>('service'), (Spec) => ({ Spec })),
    networks: mapValues(byName<NetworkCreate>('network'), (CreateRequest) => ({ CreateRequest })),
    configs: byName('config'),
    secrets: byName('secret'),
  };
}

type Parts = 'services' | 'networks' | 'configs' | 'secrets';
