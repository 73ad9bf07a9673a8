import { z } from 'zod';
import { answers } from '../documented.ts';
import type { App, RouteContext } from '../route-context.ts';
import { kindName, listOf, resource, status } from '../schemas.ts';

const tags = ['status'];

export function statusRoutes(app: App, { operator }: RouteContext): void {
  app.get(
    '/api/v1/status',
    {
      config: { scope: 'read', etag: true },
      schema: {
        operationId: 'getStatus',
        summary: 'Everything at a glance.',
        tags,
        response: answers({ 200: status }),
      },
    },
    () => operator.status(),
  );

  app.get(
    '/api/v1/resources',
    {
      config: { scope: 'read', etag: true },
      schema: {
        operationId: 'listResources',
        summary: 'The objects in the Swarm that files name or Skep owns.',
        tags,
        querystring: z.object({ kind: kindName.exactOptional(), unit: z.string().exactOptional() }),
        response: answers({ 200: listOf(resource) }, 'invalid-request'),
      },
    },
    (request) => ({ items: operator.resources(request.query), nextCursor: null }),
  );
}
