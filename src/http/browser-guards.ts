import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config/listen-address.ts';
import { Problem } from './problems.ts';

/**
 * Against DNS rebinding: a page elsewhere may point its own name at 127.0.0.1 and would then be of one origin with us.
 * https://owasp.org/www-community/attacks/DNS_Rebinding
 */
export function refuseForeignHost(request: FastifyRequest): void {
  if (isLoopback(hostName(request.headers.host ?? ''))) return;
  throw new Problem(
    'wrong-host',
    'Without credentials Skep answers under localhost and loopback addresses only.',
  );
}

/** A page elsewhere may send a form here; browsers say so, other clients send neither header. */
export function refuseForeignOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreignOrigin = origin !== undefined && !isOriginOf(origin, host);
  if (foreignOrigin || site === 'cross-site' || site === 'same-site') {
    throw new Problem('cross-origin', 'The request comes from a page of another origin.');
  }
}

function isOriginOf(origin: string, host = ''): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: its } = new URL(origin);
  // Through URL on both sides, for it drops the port that goes without saying.
  const ours = `${protocol}//${host}`;
  return URL.canParse(ours) && new URL(ours).host === its;
}

function hostName(host: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(host)?.[1] ?? host.replace(/:\d+$/, '');
}
