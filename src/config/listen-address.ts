import { isIPv4, isIPv6 } from 'node:net';

export type ListenAddress = { host: string; port: number };

/** `host:port`, `[v6]:port` or `:port` (all addresses). Throws an Error with the remedy. */
export function parseListen(listen: string): ListenAddress {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(listen) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535 || (bracketed !== undefined && !isIPv6(bracketed))) {
    throw new Error(
      `"${listen}" is no address to listen on. Write host:port, for example 127.0.0.1:7420 or [::1]:7420.`,
    );
  }
  return { host: (bracketed ?? plain) || '::', port };
}

/** Whether only this machine can reach it. A name other than localhost may mean anything, so it counts as reachable. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  return isIPv4(host) ? host.startsWith('127.') : host === '::1';
}
