import { z } from 'zod';
import { answers } from '../documented.ts';
import { demandLead, demandUnit, whoAsks } from '../route-context.ts';
import type { App, RouteContext } from '../route-context.ts';
import { listOf, unitDetail, unitStatus } from '../schemas.ts';

const tags = ['units'];
const unitParam = z.object({ unit: z.string() });

export function unitRoutes(app: App, context: RouteContext): void {
  lookAtUnits(app, context);
  holdUnits(app, context);
  holdAll(app, context);
}

function lookAtUnits(app: App, { operator }: RouteContext): void {
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
}

function holdUnits(app: App, { operator }: RouteContext): void {
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
            'not-leading',
          ),
        },
      },
      (request) => {
        const { unit } = request.params;
        demandUnit(operator, unit);
        demandLead(operator);
        const changed = operator[verb](unit, whoAsks(request));
        const suspended = verb === 'suspend' || operator.status().suspended;
        return { unit, suspended, changed };
      },
    );
  }
}

function holdAll(app: App, { operator }: RouteContext): void {
  for (const verb of ['suspend', 'resume'] as const) {
    app.post(
      `/api/v1/${verb}`,
      {
        config: { scope: 'operate' },
        schema: {
          operationId: `${verb}All`,
          summary:
            verb === 'suspend'
              ? 'Leave every unit alone, those to come too, until all are resumed.'
              : 'Reconcile every unit again, also those that were suspended alone.',
          tags,
          response: answers(
            { 200: z.object({ suspended: z.boolean() }) },
            'cross-origin',
            'too-many-requests',
            'not-leading',
          ),
        },
      },
      (request) => {
        demandLead(operator);
        operator[verb](null, whoAsks(request));
        return { suspended: verb === 'suspend' };
      },
    );
  }
}
