import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problems.ts';

/** `read` looks, `operate` reconciles, suspends and tries plans, `admin` rotates tokens and passes guards, `join` is shown join tokens. */
export const scopes = ['read', 'operate', 'admin', 'join'] as const;
export type Scope = (typeof scopes)[number];

/** `name` stands in the history for who asked. */
export type ApiToken = { token: string; scopes: readonly Scope[]; name?: string };
/** Null: no credentials are asked for. Only safe on loopback; see `assertListenIsSafe`. */
export type Auth = { tokens: readonly ApiToken[] } | null;

export type Caller = { name: string; scopes: ReadonlySet<Scope> };

const implied: Record<Scope, readonly Scope[]> = {
  read: ['read'],
  operate: ['operate', 'read'],
  admin: ['admin', 'operate', 'read'],
  // A join token lets a machine into the cluster, so no other scope brings this one along.
  join: ['join'],
};

/** Who a request comes from, or undefined when it shows no valid token. */
export function callerFinder(auth: Auth): (request: FastifyRequest) => Caller | undefined {
  if (auth === null) {
    const anybody = { name: 'api', scopes: new Set(implied.admin) };
    return () => anybody;
  }
  const known = auth.tokens.map((entry) => ({
    digest: digest(entry.token),
    caller: callerOf(entry),
  }));
  return (request) => {
    const shown = shownToken(request.headers.authorization);
    if (!shown) return undefined;
    const shownDigest = digest(shown.token);
    // All are compared, so that the time does not tell which one was nearly right.
    const [found] = known.filter((entry) => timingSafeEqual(entry.digest, shownDigest));
    if (!found) return undefined;
    return shown.browser ? forBrowser(found.caller) : found.caller;
  };
}

/** Throws the problem that answers a caller who lacks `scope`. */
export function demandScope(caller: Caller | undefined, scope: Scope): Caller {
  if (!caller) {
    throw new Problem(
      'unauthenticated',
      'Send "Authorization: Bearer <token>" with a token that Skep was given.',
    );
  }
  if (!caller.scopes.has(scope)) {
    throw new Problem('forbidden', `This needs a token with the scope "${scope}".`);
  }
  return caller;
}

function callerOf({ name, scopes }: ApiToken): Caller {
  return {
    name: name === undefined ? 'api' : `api:${name}`,
    scopes: new Set(scopes.flatMap((scope) => implied[scope])),
  };
}

/**
 * A browser sends Basic credentials along with whatever request another site makes it send, so they are good for looking
 * only.
 */
function forBrowser(caller: Caller): Caller {
  return { name: caller.name, scopes: new Set(caller.scopes.has('read') ? ['read'] : []) };
}

/** The token is the password of Basic credentials, which is how a browser comes to the status page. */
function shownToken(header: string | undefined): { token: string; browser: boolean } | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+)$/i.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return { token: value, browser: false };
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString();
  return { token: pair.slice(pair.indexOf(':') + 1), browser: true };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
