import { isIPv4 } from 'node:net';

/** A subnet with the host's bits zero, as newer Engines store it: `10.77.1.5/24` is `10.77.1.0/24`. IPv6 in its shortest form. */
export function maskSubnet(subnet: string): string {
  const [address = '', length] = subnet.split('/');
  const bits = Number(length);
  if (!Number.isInteger(bits)) return subnet;
  if (isIPv4(address)) {
    const masked = mask(fromParts(address.split('.'), 10, 8n), 32, bits);
    return `${toParts(masked, 4, 8n).join('.')}/${bits}`;
  }
  const groups = ipv6Groups(address);
  if (!groups) return subnet;
  const masked = mask(fromParts(groups, 16, 16n), 128, bits);
  const text = toParts(masked, 8, 16n).map((part) => part.toString(16));
  return `${URL.parse(`http://[${text.join(':')}]`)?.hostname.slice(1, -1) ?? address}/${bits}`;
}

/** All eight, the shortened ones written out. */
function ipv6Groups(address: string): string[] | undefined {
  const shortest = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  if (shortest === undefined) return undefined;
  const [head = '', tail] = shortest.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}

function mask(value: bigint, width: number, bits: number): bigint {
  const host = BigInt(width - bits);
  return (value >> host) << host;
}

function fromParts(parts: string[], radix: number, width: bigint): bigint {
  return parts.reduce((sum, part) => (sum << width) | BigInt(parseInt(part, radix)), 0n);
}

function toParts(value: bigint, count: number, width: bigint): bigint[] {
  const most = (1n << width) - 1n;
  return Array.from(
    { length: count },
    (_, at) => (value >> (BigInt(count - 1 - at) * width)) & most,
  );
}
