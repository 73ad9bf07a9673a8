import { z } from 'zod';
import { answers } from '../documented.ts';
import { Problem } from '../problems.ts';
import type { App, RouteContext } from '../route-context.ts';
import { drift, listOf, page, run, runDetail } from '../schemas.ts';

const tags = ['history'];

export function historyRoutes(app: App, { operator }: RouteContext): void {
  app.get(
    '/api/v1/history',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listRuns',
        summary: 'Runs that changed something or tried to, newest first.',
        tags,
        querystring: z.object({
          ...page,
          unit: z.string().exactOptional(),
          result: z.string().exactOptional(),
        }),
        response: answers({ 200: listOf(run) }, 'bad-cursor', 'invalid-request'),
      },
    },
    (request) => operator.history.runs(request.query),
  );

  app.get(
    '/api/v1/history/:run',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getRun',
        summary: 'One run with every change, field by field.',
        tags,
        params: z.object({ run: z.string() }),
        response: answers({ 200: runDetail }, 'run-not-found'),
      },
    },
    (request) => {
      const found = operator.history.run(request.params.run);
      if (!found) throw new Problem('run-not-found', 'No run has this ID, or it was trimmed.');
      return found;
    },
  );

  app.get(
    '/api/v1/drift',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listDrift',
        summary: 'What others changed in the Swarm, newest first.',
        tags,
        querystring: z.object({ ...page, unit: z.string().exactOptional() }),
        response: answers({ 200: listOf(drift) }, 'bad-cursor', 'invalid-request'),
      },
    },
    (request) => operator.history.drift(request.query),
  );
}
