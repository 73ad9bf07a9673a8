import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { external, settleExternal } from './external.ts';
import { mapping, options } from './lists-and-maps.ts';
import { refuse } from './refuse.ts';
import { flag } from './scalars.ts';
import { skepOptions } from './skep-options.ts';
import { strictObject } from './strict-object.ts';

/** The parts of `10.0.0.0/24`, or undefined when it is no such thing. */
function parseCidr(text: string): { address: string; prefix: number; family: 4 | 6 } | undefined {
  const [address = '', length = ''] = text.split(/\/(.*)/s);
  const family = isIP(address);
  const prefix = Number(length);
  if ((family !== 4 && family !== 6) || !/^\d{1,3}$/.test(length)) return undefined;
  return prefix <= (family === 4 ? 32 : 128) ? { address, prefix, family } : undefined;
}

const cidr = z
  .string()
  .transform((text, context): string =>
    parseCidr(text) === undefined
      ? refuse(context, 'bad-address', 'is no address range', 'Write it as "10.0.9.0/24".')
      : text,
  );

const ipAddress = z
  .string()
  .transform((text, context): string =>
    isIP(text) === 0
      ? refuse(context, 'bad-address', 'is no IP address', 'Write it as "10.0.9.1".')
      : text,
  );

const pool = strictObject({
  subnet: cidr
    .exactOptional()
    .meta({ description: 'The range of addresses, such as 10.0.9.0/24.' }),
  gateway: ipAddress.exactOptional().meta({ description: 'The address of the gateway.' }),
  ip_range: cidr.exactOptional().meta({ description: 'The part of it that tasks get.' }),
  aux_addresses: z
    .record(z.string(), ipAddress)
    .exactOptional()
    .meta({ description: 'Addresses to leave alone, by a name for each.' }),
}).transform((pool, context) => {
  const subnet = parseCidr(pool.subnet ?? '');
  const range = parseCidr(pool.ip_range ?? '');
  const dependents = { gateway: pool.gateway, ip_range: range?.address, ...pool.aux_addresses };
  for (const [key, address] of Object.entries(dependents)) {
    if (address !== undefined && (subnet === undefined || !contains(subnet, address))) {
      const path = Object.hasOwn(pool, key) ? [key] : ['aux_addresses', key];
      refuse(context, 'bad-address', 'is outside the subnet', 'Choose one inside it.', path);
    }
  }
  if (range !== undefined && subnet !== undefined && range.prefix < subnet.prefix) {
    const remedy = 'Give it a longer prefix.';
    refuse(context, 'bad-address', 'is larger than the subnet', remedy, ['ip_range']);
  }
  return pool;
});

function contains(subnet: NonNullable<ReturnType<typeof parseCidr>>, address: string): boolean {
  const family = isIP(address);
  if (family !== subnet.family) return false;
  const list = new BlockList();
  const name = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(subnet.address, subnet.prefix, name);
  return list.check(address, name);
}

const ipam = strictObject({
  driver: z.string().exactOptional().meta({ description: 'The driver that hands out addresses.' }),
  options: options.exactOptional().meta({ description: 'Options of that driver.' }),
  config: z.array(pool).exactOptional().meta({ description: 'The address ranges.' }),
});

const networkKeys = strictObject({
  name: z
    .string()
    .exactOptional()
    .meta({ description: 'Its name in the Swarm, as it is. Absent: `<stack>_<key>`.' }),
  external,
  driver: z.string().exactOptional().meta({ description: 'Default: overlay.' }),
  driver_opts: options.exactOptional().meta({ description: 'Options of the driver.' }),
  attachable: flag
    .exactOptional()
    .meta({ description: 'Let containers join that are no tasks of the Swarm.' }),
  internal: flag.exactOptional().meta({ description: 'No way out of it.' }),
  enable_ipv4: flag.exactOptional().meta({ description: 'Not honoured by Swarm.' }),
  enable_ipv6: flag.exactOptional().meta({ description: 'Give out IPv6 addresses too.' }),
  labels: mapping.exactOptional().meta({ description: 'Labels of the network.' }),
  ipam: ipam.exactOptional().meta({ description: 'Addresses.' }),
  'x-skep': skepOptions.exactOptional().meta({ description: 'How Skep treats the network.' }),
});

export const network = z
  .union([networkKeys, z.null().transform((): z.output<typeof networkKeys> => ({}))])
  .transform((network, context) =>
    settleExternal(network, context, ['driver', 'x-skep', ...harmlessWhenExternal]),
  );

/** `docker stack deploy` passes over these on external networks, and many files have them. */
const harmlessWhenExternal = ['attachable', 'internal', 'driver_opts', 'labels', 'ipam'];
