import { z } from 'zod';
import { answers } from '../documented.ts';
import { demandLead, whoAsks } from '../route-context.ts';
import type { App, RouteContext } from '../route-context.ts';
import {
  joinAnswer,
  listOf,
  rotation,
  rotationSubject,
  shapes,
  tokenRole,
  tokenStatus,
} from '../schemas.ts';

const tags = ['tokens'];
const params = z.object({ role: tokenRole });

/** An address or an interface, and nothing that a shell would take for more. */
const advertised = z
  .string()
  .regex(/^[\w:][\w.:%-]{0,63}$/, 'an address or the name of an interface')
  .register(shapes, {
    description: 'the address or interface of the joining machine that the other nodes reach',
    examples: ['10.0.0.9'],
  });

export function tokenRoutes(app: App, { operator, howToJoin }: RouteContext): void {
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

  if (!howToJoin) return;
  app.get(
    '/api/v1/tokens/:role/join',
    {
      config: { scope: 'join' },
      schema: {
        operationId: 'getJoinToken',
        summary: 'The join token itself, and how a machine joins the cluster with it.',
        tags,
        params,
        querystring: z.object({ advertise: advertised.exactOptional() }),
        response: answers({ 200: joinAnswer }, 'invalid-request', 'engine-unavailable'),
      },
    },
    async (request) => {
      const { role } = request.params;
      const answer = await howToJoin(role, request.query.advertise);
      request.log.info({ role, by: whoAsks(request) }, 'join token handed out');
      return answer;
    },
  );
}
