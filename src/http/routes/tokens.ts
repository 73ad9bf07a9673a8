import { z } from 'zod';
import { answers } from '../documented.ts';
import { demandLead, whoAsks } from '../route-context.ts';
import type { App, RouteContext } from '../route-context.ts';
import { listOf, rotation, rotationSubject, tokenRole, tokenStatus } from '../schemas.ts';

const tags = ['tokens'];
const params = z.object({ role: tokenRole });

export function tokenRoutes(app: App, { operator, joinTokens }: RouteContext): void {
  app.get(
    '/api/v1/tokens',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listTokens',
        summary: 'When join tokens and the unlock key are rotated. Never what they are.',
        tags,
        response: answers({ 200: listOf(tokenStatus) }),
      },
    },
    () => ({ items: operator.tokens(), nextCursor: null }),
  );

  app.post(
    '/api/v1/tokens/:role/rotate',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'rotateToken',
        summary: 'Rotate a join token or the unlock key now.',
        tags,
        params: z.object({ role: rotationSubject }),
        response: answers(
          { 200: rotation },
          'invalid-request',
          'cross-origin',
          'too-many-requests',
          'engine-conflict',
          'engine-refused',
          'engine-unavailable',
          'not-leading',
        ),
      },
    },
    (request) => {
      demandLead(operator);
      return operator.rotate(request.params.role, whoAsks(request));
    },
  );

  if (!joinTokens) return;
  app.get(
    '/api/v1/tokens/:role/join',
    {
      config: { scope: 'join' },
      schema: {
        operationId: 'getJoinToken',
        summary: 'The join token itself, for machines that join the cluster.',
        tags,
        params,
        response: answers(
          { 200: z.object({ role: tokenRole, token: z.string() }) },
          'engine-unavailable',
        ),
      },
    },
    async (request) => {
      const { role } = request.params;
      request.log.info({ role, by: whoAsks(request) }, 'join token handed out');
      return { role, token: await joinTokens(role) };
    },
  );
}
