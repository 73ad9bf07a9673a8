import { z } from 'zod';
import { answers, textAnswer } from '../documented.ts';
import type { App, RouteContext } from '../route-context.ts';

/** Server-sent events, as EventSource reads them. */
export function eventRoutes(app: App, { hub }: RouteContext): void {
  app.get(
    '/api/v1/events',
    {
      config: { scope: 'read' },
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamEvents',
        summary:
          'News as server-sent events. Goes on after `Last-Event-ID`; the event `reset` says that some were missed and everything must be read again. With `named=false` all come as `message`.',
        tags: ['events'],
        querystring: z.object({ named: z.enum(['true', 'false']).exactOptional() }),
        headers: z.object({ 'last-event-id': z.string().max(64).exactOptional() }),
        response: { ...textAnswer('text/event-stream', 200), ...answers({}, 'too-many-streams') },
      },
    },
    async (request, reply) =>
      reply
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .type('text/event-stream')
        .send(
          hub.open(request.headers['last-event-id'], { named: request.query.named !== 'false' }),
        ),
  );
}
