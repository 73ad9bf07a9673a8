import { createHash } from 'node:crypto';
import type { App } from './route-context.ts';

/** What every answer gets: its request's ID, what may be cached, and a line in the log. */
export function finishAnswers(app: App): void {
  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-request-id', request.id);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    if (!request.routeOptions.config.etag || reply.statusCode !== 200) return payload;
    if (typeof payload !== 'string') return payload;
    const etag = `"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`;
    reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (!hasTag(request.headers['if-none-match'], etag)) return payload;
    reply.code(304).removeHeader('content-length');
    return null;
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const level = method === 'GET' || method === 'HEAD' ? 'debug' : 'info';
    const by = request.caller?.name;
    const ms = Math.round(reply.elapsedTime);
    request.log[level](
      { method, route: routeOptions.url, status: reply.statusCode, ms, by },
      'answered',
    );
  });
}

function hasTag(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags?.some((tag) => tag === etag || tag === '*') ?? false;
}
