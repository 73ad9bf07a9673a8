import { readFileSync } from 'node:fs';
import { statusPage } from '../page/page.ts';
import type { App, RouteContext } from '../route-context.ts';

const files = {
  '/page.css': 'text/css; charset=utf-8',
  '/page.js': 'text/javascript; charset=utf-8',
  '/favicon.svg': 'image/svg+xml',
  '/comb.svg': 'image/svg+xml',
};

/** The status page and the files it needs. */
export function pageRoutes(app: App, { operator, clock }: RouteContext): void {
  const hide = { hide: true };
  app.get('/', { config: { scope: 'read' }, schema: hide }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(statusPage(operator, clock.now())),
  );

  for (const [url, type] of Object.entries(files)) {
    const bytes = readFileSync(new URL(`../page${url}`, import.meta.url), 'utf8');
    app.get(
      url,
      { config: { scope: 'public', etag: true }, schema: hide },
      async (_request, reply) => reply.type(type).send(bytes),
    );
  }
}
