import { z } from 'zod';
import { textAnswer } from '../documented.ts';
import type { Status } from '../../reconcile/operator.ts';
import type { App, RouteContext } from '../route-context.ts';

const tags = ['probes'];
const verbose = z.object({ verbose: z.string().exactOptional() });

/** Is the process alive, and is it of use. The status code says it all; the text is for people. */
export function probeRoutes(app: App, { operator, metrics }: RouteContext): void {
  for (const url of ['/livez', '/healthz']) {
    const operationId = url === '/livez' ? 'isAlive' : 'isHealthy';
    const summary =
      'Whether the process answers. Says nothing about the Engine, so that nobody restarts Skep for its sake.';
    app.get(
      url,
      {
        config: { scope: 'public' },
        schema: {
          operationId,
          summary,
          tags,
          querystring: verbose,
          response: textAnswer('text/plain', 200),
        },
      },
      async (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok\n'),
    );
  }

  app.get(
    '/readyz',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'isReady',
        summary: 'Whether Skep sees the cluster and its files. `?verbose` lists the checks.',
        tags,
        querystring: verbose,
        response: textAnswer('text/plain', 200, 503),
      },
    },
    async (request, reply) => {
      const status = operator.status();
      const mayRead = request.caller?.scopes.has('read') ?? false;
      const text =
        request.query.verbose === undefined ? short(status) : listChecks(status, mayRead);
      return reply
        .code(status.ready ? 200 : 503)
        .type('text/plain; charset=utf-8')
        .send(text);
    },
  );

  app.get(
    '/metrics',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getMetrics',
        summary: 'For Prometheus.',
        tags,
        response: textAnswer('text/plain', 200),
      },
    },
    async (_request, reply) => {
      const { contentType, body } = await metrics.read();
      return reply.type(contentType).send(body);
    },
  );
}

function short({ ready }: Status): string {
  return ready ? 'ok\n' : 'not ready; ?verbose says why\n';
}

function listChecks({ checks, ready }: Status, mayRead: boolean): string {
  const lines = checks.map(({ name, ok, message }) =>
    ok ? `[+]${name} ok` : `[-]${name} failed: ${mayRead ? message : 'reason withheld'}`,
  );
  return [...lines, ready ? 'ready' : 'not ready', ''].join('\n');
}
