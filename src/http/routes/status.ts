import { z } from 'zod';
import { answers } from '../documented.ts';
import { demandUnit, whoAsks } from '../route-context.ts';
import type { App, RouteContext } from '../route-context.ts';
import { kindName, listOf, resource, status, unitDetail, unitStatus } from '../schemas.ts';

const tags = ['status'];
const unitParam = z.object({ unit: z.string() });

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
    '/api/v1/units',
    {
      config: { scope: 'read', etag: true },
      schema: {
        operationId: 'listUnits',
        summary: 'The stacks and the cluster.',
        tags,
        response: answers({ 200: listOf(unitStatus) }),
      },
    },
    () => ({ items: operator.status().units, nextCursor: null }),
  );

  app.get(
    '/api/v1/units/:unit',
    {
      config: { scope: 'read', etag: true },
      schema: {
        operationId: 'getUnit',
        summary: 'One unit with its objects and what is wrong in its files.',
        tags,
        params: unitParam,
        response: answers({ 200: unitDetail }, 'unit-not-found'),
      },
    },
    (request) => {
      const { unit: name } = request.params;
      return {
        ...demandUnit(operator, name),
        resources: operator.resources({ unit: name }),
        diagnostics: operator.status().diagnostics.filter((diagnostic) => diagnostic.unit === name),
      };
    },
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

  for (const verb of ['suspend', 'resume'] as const) {
    const done =
      verb === 'suspend'
        ? 'Leave the unit alone until it is resumed.'
        : 'Reconcile the unit again.';
    app.post(
      `/api/v1/units/:unit/${verb}`,
      {
        config: { scope: 'operate' },
        schema: {
          operationId: `${verb}Unit`,
          summary: done,
          tags,
          params: unitParam,
          response: answers(
            { 200: z.object({ unit: z.string(), suspended: z.boolean(), changed: z.boolean() }) },
            'unit-not-found',
            'cross-origin',
            'too-many-requests',
          ),
        },
      },
      (request) => {
        const { unit } = request.params;
        demandUnit(operator, unit);
        const changed = operator[verb](unit, whoAsks(request));
        return { unit, suspended: verb === 'suspend', changed };
      },
    );
  }
}
