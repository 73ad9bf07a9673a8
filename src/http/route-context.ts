import type { FastifyInstance, FastifyBaseLogger, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../reconcile/clock.ts';
import type { Operator, UnitStatus } from '../reconcile/operator.ts';
import type { TokenRole } from '../spec/cluster.ts';
import type { JoinAnswer } from '../tokens/join-answer.ts';
import type { Caller, Scope } from './auth.ts';
import type { EventHub } from './event-hub.ts';
import type { Metrics } from './metrics.ts';
import { Problem } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; `public` is everybody. A route without one answers nobody. */
    scope?: Scope | 'public';
    /** Answer 304 when the client has the same bytes already. */
    etag?: boolean;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Asks the Engine how a machine joins that is to be reached at `advertise`. */
export type HowToJoin = (role: TokenRole, advertise?: string) => Promise<JoinAnswer>;

/** What routes work with. */
export type RouteContext = {
  operator: Operator;
  metrics: Pick<Metrics, 'read'>;
  hub: EventHub;
  clock: Clock;
  version: string;
  howToJoin: HowToJoin | undefined;
};

/** For the history; routes are only reached by callers that were found. */
export function whoAsks(request: { caller: Caller | undefined }): string {
  return request.caller?.name ?? 'api';
}

/** Throws the problem for what only the Skep that leads may be asked. */
export function demandLead(operator: Operator): void {
  const { leader } = operator.status();
  if (leader === null || leader.self) return;
  throw new Problem(
    'not-leading',
    leader.holder === null
      ? 'This Skep stands by, and nobody leads yet. Try again in some seconds.'
      : `This Skep stands by. Ask the one that leads: ${leader.holder}.`,
    { leader: leader.holder, retryAfter: 5 },
  );
}

/** Throws the problem for a name that no unit has. */
export function demandUnit(operator: Operator, name: string): UnitStatus {
  const found = operator.status().units.find((unit) => unit.name === name);
  if (found) return found;
  throw new Problem(
    'unit-not-found',
    'No unit has this name. GET /api/v1/units lists those there are.',
  );
}
