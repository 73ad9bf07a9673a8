import { skepLabels } from '../../desired/labels.ts';
import type { Change } from '../../plan/action.ts';
import type { IpamConfig, Network, NetworkCreate } from '../../swarm/types.ts';
import { differences } from '../differences.ts';
import { withoutOwn } from '../ownership.ts';
import { maskSubnet } from './mask-subnet.ts';

/**
 * Where a live network contradicts its declaration. Only what is declared counts: the Engine fills in pools, gateways
 * and options of its own. In Compose's words.
 */
export function networkDifferences(live: Network, desired: NetworkCreate): Change[] {
  return [
    ...differences('driver', live.Driver, desired.Driver || 'overlay'),
    ...differences('internal', live.Internal, desired.Internal ?? false),
    ...differences('attachable', live.Attachable, desired.Attachable ?? false),
    ...differences('enable_ipv6', live.EnableIPv6 ?? false, desired.EnableIPv6 ?? false),
    ...declared('driver_opts', options(live), desired.Options ?? {}),
    ...undeclaredOptions(live, desired),
    ...declared('labels', live.Labels ?? {}, withoutOwn(desired.Labels)),
    ...differences('ipam.driver', live.IPAM.Driver || 'default', desired.IPAM?.Driver || 'default'),
    ...declared('ipam.options', live.IPAM.Options ?? {}, desired.IPAM?.Options ?? {}),
    ...(desired.IPAM?.Config ?? []).flatMap((pool) => poolDifferences(live, pool)),
  ];
}

const engineOption = 'com.docker.network.driver.overlay.vxlanid_list';

function options(live: Network): Record<string, string> {
  const { [engineOption]: _, ...rest } = live.Options ?? {};
  return rest;
}

/** Options that the network was made with and the file has no longer: known only of networks that Skep made. */
function undeclaredOptions(live: Network, desired: NetworkCreate): Change[] {
  if (live.Labels?.[skepLabels.spec] === undefined) return [];
  return Object.entries(options(live))
    .filter(([key]) => !(key in (desired.Options ?? {})))
    .flatMap(([key, value]) => differences(`driver_opts.${key}`, value, null));
}

function declared(
  path: string,
  live: Record<string, string>,
  desired: Record<string, string>,
): Change[] {
  return Object.entries(desired).flatMap(([key, value]) =>
    differences(`${path}.${key}`, live[key], value),
  );
}

function poolDifferences(live: Network, desired: IpamConfig): Change[] {
  const pools = live.IPAM.Config ?? [];
  const subnet = desired.Subnet === undefined ? undefined : maskSubnet(desired.Subnet);
  const pool =
    subnet === undefined
      ? pools[0]
      : pools.find(({ Subnet }) => Subnet !== undefined && maskSubnet(Subnet) === subnet);
  if (!pool) {
    const found = pools.map(({ Subnet }) => Subnet);
    return differences('ipam.config.subnet', found.join(', '), desired.Subnet);
  }
  return [
    ...member('gateway', pool.Gateway, desired.Gateway),
    ...member('ip_range', pool.IPRange, desired.IPRange),
  ];
}

function member(word: string, live: string | undefined, desired: string | undefined): Change[] {
  if (desired === undefined || desired === '') return [];
  return differences(`ipam.config.${word}`, live, desired);
}
