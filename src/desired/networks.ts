import type { ComposeNetwork, ComposeService, ComposeServiceNetwork } from '../spec/compose.ts';
import type { UnitSpec } from '../spec/spec-set.ts';
import type { IpamConfig, NetworkAttachment, NetworkCreate } from '../swarm/types.ts';
import { valueHash } from './content-hash.ts';
import type { DesiredNetwork, DesiredUnit } from './desired.ts';
import { objectLabels, skepLabels } from './labels.ts';
import { checkDistinct, checkName, objectName } from './names.ts';
import { omitEmpty, present } from './omit-empty.ts';
import { optionsFor } from './options.ts';
import { placeOf, type Scope } from './scope.ts';

const defaultNetwork = 'default';

/**
 * The networks to be there: those that a stack's services use, as declared or not; in the cluster's files, which make
 * them for others, all that are declared.
 */
export function convertNetworks(scope: Scope): {
  networks: DesiredNetwork[];
  external: DesiredUnit['external'];
} {
  const { unit } = scope;
  const wanted = [...wantedNetworks(unit)].map((key) => ({
    key,
    declared: unit.compose.networks[key] ?? {},
    name: networkName(unit, key),
    path: ['networks', key],
  }));
  const own = wanted.filter(({ declared }) => !declared.external);
  for (const { name, path } of own) checkName(scope, 'network', name, path);
  checkDistinct(scope, 'network', own);
  return {
    networks: own.map(({ key, name, declared }) => convertNetwork(unit, key, name, declared)),
    external: wanted
      .filter(({ declared, name }) => declared.external && isUserDefined(name))
      .map(({ name, path }) => ({ kind: 'network', name, ...present({ place: placeOf(unit, path) }) })),
  };
}

/** A service's networks as it is attached to them; it is known in each by its short name. */
export function attachments(
  unit: UnitSpec,
  key: string,
  service: ComposeService,
): NetworkAttachment[] {
  return Object.entries(networksOf(unit, service))
    .map(([network, { aliases = [], driver_opts: driverOpts }]) => {
      const target = networkName(unit, network);
      return omitEmpty<NetworkAttachment>({
        Target: target,
        Aliases: isUserDefined(target) ? [...aliases, key] : aliases,
        DriverOpts: driverOpts,
      });
    })
    .sort((a, b) => (a.Target < b.Target ? -1 : 1));
}

function wantedNetworks(unit: UnitSpec): Set<string> {
  const used = Object.values(unit.compose.services).flatMap((service) =>
    Object.keys(networksOf(unit, service)),
  );
  const declared = unit.kind === 'cluster' ? ownNetworks(unit) : [];
  return new Set([...declared, ...used].sort());
}

function ownNetworks(unit: UnitSpec): string[] {
  return Object.entries(unit.compose.networks)
    .filter(([, network]) => !network.external)
    .map(([key]) => key);
}

/** A stack has a network for services that name none. The cluster's files have no such thing: nothing makes it theirs. */
function networksOf(
  unit: UnitSpec,
  service: ComposeService,
): Record<string, ComposeServiceNetwork> {
  const networks = service.networks ?? {};
  if (Object.keys(networks).length > 0 || unit.kind === 'cluster') return networks;
  return { [defaultNetwork]: {} };
}

function networkName(unit: UnitSpec, key: string): string {
  return objectName(unit, key, unit.compose.networks[key]);
}

/** The Engine's own networks are on every node, and know no aliases. */
function isUserDefined(name: string): boolean {
  return !['default', 'bridge', 'host', 'none'].includes(name) && !name.startsWith('container:');
}

function convertNetwork(
  unit: UnitSpec,
  key: string,
  name: string,
  declared: ComposeNetwork,
): DesiredNetwork {
  const spec = networkSpec(unit, name, declared);
  const labels = { ...spec.Labels, [skepLabels.spec]: valueHash(spec) };
  return {
    kind: 'network',
    unit: unit.name,
    name,
    options: optionsFor(unit.options, declared['x-skep']),
    ...present({ place: placeOf(unit, ['networks', key]) }),
    spec: { ...spec, Labels: labels },
  };
}

function networkSpec(unit: UnitSpec, name: string, declared: ComposeNetwork): NetworkCreate {
  return omitEmpty<NetworkCreate>({
    Name: name,
    Driver: declared.driver || 'overlay',
    Internal: declared.internal,
    Attachable: declared.attachable,
    EnableIPv6: declared.enable_ipv6,
    Labels: objectLabels(unit, declared.labels),
    Options: declared.driver_opts,
    IPAM: declared.ipam && convertIpam(declared.ipam),
  });
}

function convertIpam(ipam: NonNullable<ComposeNetwork['ipam']>): NonNullable<NetworkCreate['IPAM']> {
  return omitEmpty<NonNullable<NetworkCreate['IPAM']>>({
    Driver: ipam.driver,
    Options: ipam.options,
    Config: ipam.config?.map((pool) =>
      omitEmpty<IpamConfig>({
        Subnet: pool.subnet,
        Gateway: pool.gateway,
        IPRange: pool.ip_range,
        AuxiliaryAddresses: pool.aux_addresses,
      }),
    ),
  });
}
