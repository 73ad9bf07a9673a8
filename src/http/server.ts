import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyError } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../reconcile/clock.ts';
import type { Operator } from '../reconcile/operator.ts';
import { answerError } from './answer-error.ts';
import type { Auth } from './auth.ts';
import { createEventHub } from './event-hub.ts';
import { finishAnswers } from './finish-answers.ts';
import { guardRequests } from './guard-requests.ts';
import { assertListenIsSafe } from './listen.ts';
import { refuseOtherMethods } from './method-not-allowed.ts';
import type { Metrics } from './metrics.ts';
import { documentRoutes, openApiRoute } from './openapi.ts';
import { Problem } from './problems.ts';
import type { App, HowToJoin, RouteContext } from './route-context.ts';
import { eventRoutes } from './routes/events.ts';
import { historyRoutes } from './routes/history.ts';
import { pageRoutes } from './routes/page.ts';
import { probeRoutes } from './routes/probes.ts';
import { reconcileRoutes } from './routes/reconcile.ts';
import { statusRoutes } from './routes/status.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { unitRoutes } from './routes/units.ts';

export type ServerOptions = {
  operator: Operator;
  metrics: Pick<Metrics, 'read'>;
  auth: Auth;
  /** `host:port`; decides with `auth` which requests are let in. Listening is up to the caller. */
  listen: string;
  log: FastifyBaseLogger;
  version: string;
  clock: Clock;
  /** Reads a join token from the Engine. Without it no route hands tokens out. */
  howToJoin?: HowToJoin;
};

/**
 * The HTTP edge, ready to `listen(parseListen(options.listen))` or `inject`. Throws when it would be open to others than
 * this machine without credentials. `close()` ends event streams and kept-alive connections.
 */
export function buildServer(options: ServerOptions): App {
  assertListenIsSafe(options.listen, options.auth);
  const app: App = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    genReqId: requestId,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    routerOptions: { maxParamLength: 255 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler<FastifyError>(answerError);
  app.setNotFoundHandler(() => {
    throw new Problem(
      'not-found',
      'There is nothing at this address. /openapi.json lists what there is.',
    );
  });

  void app.register(onThisLevel(() => assemble(app, options)));
  return app;
}

async function assemble(app: App, options: ServerOptions): Promise<void> {
  await app.register(helmet, securityHeaders);
  await app.register(rateLimit, { global: false });
  await documentRoutes(app, options.version);
  guardRequests(app, options);
  finishAnswers(app);
  addRoutes(app, options);
}

/** A plugin has a level of its own otherwise, and its guards would not stand before the answer to unknown addresses. */
function onThisLevel(plugin: () => Promise<void>): () => Promise<void> {
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}

function requestId(request: { headers: Record<string, unknown> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

const securityHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  // Skep speaks plain HTTP; who puts TLS in front of it says this there.
  strictTransportSecurity: false,
};

function addRoutes(
  app: App,
  { operator, metrics, clock, version, howToJoin, log }: ServerOptions,
): void {
  const hub = createEventHub({
    clock,
    epoch: operator.status().startedAt,
    onDrop: () => log.warn('an event stream was dropped: its client reads too slowly'),
  });
  const unsubscribe = operator.subscribe((news) => hub.publish(news));
  hub.start();
  app.addHook('preClose', async () => {
    unsubscribe();
    hub.close();
  });

  const context: RouteContext = { operator, metrics, hub, clock, version, howToJoin };
  const addMethodAnswers = refuseOtherMethods(app);
  for (const routes of [
    probeRoutes,
    statusRoutes,
    unitRoutes,
    reconcileRoutes,
    historyRoutes,
    tokenRoutes,
    eventRoutes,
    pageRoutes,
  ]) {
    routes(app, context);
  }
  openApiRoute(app);
  addMethodAnswers();
}
