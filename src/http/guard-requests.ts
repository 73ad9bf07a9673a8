import type { FastifyRequest } from 'fastify';
import { callerFinder, demandScope } from './auth.ts';
import type { Auth } from './auth.ts';
import { refuseForeignHost, refuseForeignOrigin } from './browser-guards.ts';
import { isLoopback, parseListen } from '../config/listen-address.ts';
import { Problem } from './problems.ts';
import type { App } from './route-context.ts';

const minute = 60_000;
const failuresPerMinute = 10;
const mutationsPerMinute = 120;

/** Lets a request through to its route when its caller may; a route that names no scope is for admins. */
export function guardRequests(app: App, { auth, listen }: { auth: Auth; listen: string }): void {
  const findCaller = callerFinder(auth);
  const open = auth === null && isLoopback(parseListen(listen).host);
  const countFailure = app.createRateLimit({ max: failuresPerMinute, timeWindow: minute });
  const countMutation = app.createRateLimit({ max: mutationsPerMinute, timeWindow: minute });

  app.decorateRequest('caller', undefined);
  app.addHook('onRequest', async (request) => {
    if (open) refuseForeignHost(request);
    refuseForeignOrigin(request);
    request.caller = findCaller(request);
    const { scope } = request.routeOptions.config;
    if (scope === 'public' || request.is404) return;
    const guessed = !request.caller && request.headers.authorization !== undefined;
    if (guessed) await within(countFailure, request);
    demandScope(request.caller, scope ?? 'admin');
    if (request.method !== 'GET' && request.method !== 'HEAD') await within(countMutation, request);
  });
}

async function within(
  count: ReturnType<App['createRateLimit']>,
  request: FastifyRequest,
): Promise<void> {
  const limit = await count(request);
  if (limit.isAllowed || !limit.isExceeded) return;
  const retryAfter = limit.ttlInSeconds;
  throw new Problem('too-many-requests', `Try again in ${retryAfter} s.`, { retryAfter });
}
