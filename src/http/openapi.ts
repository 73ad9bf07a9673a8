import swagger from '@fastify/swagger';
import type { SwaggerTransformObject } from '@fastify/swagger';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod';
import type { App } from './route-context.ts';
import { shapes } from './schemas.ts';

/** Registers the collector of routes; it must come before them. */
export async function documentRoutes(app: App, version: string): Promise<void> {
  const options = { schemaRegistry: shapes };
  const withShapes = createJsonSchemaTransformObject(options);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Skep',
        version,
        description:
          'The operator for Docker Swarm. Times are ms since the epoch; errors are RFC 9457 problems with a stable `code`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: ['status', 'units', 'reconcile', 'history', 'tokens', 'events', 'probes'].map(
        (name) => ({
          name,
        }),
      ),
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      },
    },
    transform: createJsonSchemaTransform(options),
    transformObject: (document) => withoutUnused(withShapes(document) as Document) as Made,
  });
  app.addHook('onRoute', (route) => {
    const { scope } = route.config ?? {};
    if (!route.schema || scope === undefined || scope === 'public') return;
    Object.assign(route.schema, { security: [{ token: [] }], 'x-scope': scope });
  });
}

export function openApiRoute(app: App): void {
  app.get('/openapi.json', { config: { scope: 'public' }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
}

type Made = ReturnType<SwaggerTransformObject>;
type Document = { components?: { schemas?: Record<string, unknown> } };

/** Every shape is made twice, as input and as output; what no route refers to goes. */
function withoutUnused(document: Document): Document {
  const { schemas = {}, ...components } = document.components ?? {};
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(
      /"#\/components\/schemas\/([^"]+)"/g,
    )) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name] ?? {});
    }
  };
  visit({ ...document, components });
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}
