import { z } from 'zod';
import { demandScope } from '../auth.ts';
import { answers } from '../documented.ts';
import { demandLead, demandUnit, whoAsks } from '../route-context.ts';
import type { App, RouteContext } from '../route-context.ts';
import type { Allow } from '../../reconcile/operator.ts';
import { planReport, planRequest, receipt, reconcileRequest } from '../schemas.ts';

const tags = ['reconcile'];
const planBytes = 4 * 1024 * 1024;
const isTrue = z
  .enum(['true', 'false', '1', '0', ''])
  .transform((text) => !['false', '0'].includes(text));

/** `prune`, `force`, or both with a comma between. */
const allowed = z
  .string()
  .regex(/^(prune|force)(,(prune|force))?$/, 'is none of "prune", "force" and "prune,force"')
  .transform((text): Allow => Object.fromEntries(text.split(',').map((name) => [name, true])));

export function reconcileRoutes(app: App, { operator }: RouteContext): void {
  app.get(
    '/api/v1/plan',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getPlan',
        summary: 'What a reconcile would do now. Nothing is written.',
        tags,
        querystring: z.object({ unit: z.string().exactOptional() }),
        response: answers({ 200: planReport }, 'unit-not-found', 'engine-unavailable'),
      },
    },
    (request) => {
      const { unit } = request.query;
      if (unit !== undefined) demandUnit(operator, unit);
      return operator.plan(request.query);
    },
  );

  app.post(
    '/api/v1/plan',
    {
      // Not for readers: a proposed file may name variables and side files, and the plan shows what they hold.
      config: { scope: 'operate' },
      bodyLimit: planBytes,
      schema: {
        operationId: 'tryPlan',
        summary:
          'What a reconcile would do if these files were in the desired directory. Nothing is written.',
        tags,
        body: planRequest,
        response: answers({ 200: planReport }, ...badBody, 'engine-unavailable'),
      },
    },
    (request) => operator.plan(request.body),
  );

  app.post(
    '/api/v1/reconcile',
    {
      config: { scope: 'operate' },
      schema: {
        operationId: 'reconcile',
        summary:
          'Reconcile units now, all when none is named. `wait` answers when they ran. `allow`, in the query as `prune,force` or in the body, needs the scope `admin`.',
        tags,
        querystring: z.object({ wait: isTrue.exactOptional(), allow: allowed.exactOptional() }),
        body: reconcileRequest.nullish(),
        response: answers(
          { 200: receipt, 202: receipt },
          ...badBody,
          'unit-not-found',
          'not-leading',
        ),
      },
    },
    async (request, reply) => {
      const body = request.body ?? {};
      const allow = { ...body.allow, ...request.query.allow };
      if (allow.prune || allow.force) demandScope(request.caller, 'admin');
      for (const unit of body.units ?? []) demandUnit(operator, unit);
      demandLead(operator);
      const wait = request.query.wait ?? false;
      const done = await operator.reconcile({ ...body, allow, wait, by: whoAsks(request) });
      return reply.code(wait ? 200 : 202).send(done);
    },
  );
}

const badBody = [
  'bad-json',
  'invalid-request',
  'body-too-large',
  'unsupported-media-type',
  'cross-origin',
  'too-many-requests',
] as const;
