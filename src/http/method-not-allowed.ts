import type { HTTPMethods } from 'fastify';
import { Problem } from './problems.ts';
import type { App } from './route-context.ts';

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Fastify says 404 to a wrong method. Call the returned function after the routes were added. */
export function refuseOtherMethods(app: App): () => void {
  const taken = new Map<string, Set<string>>();
  let done = false;
  app.addHook('onRoute', ({ url, method }) => {
    if (done) return;
    const here = taken.get(url) ?? new Set();
    for (const one of [method].flat()) here.add(one);
    taken.set(url, here);
  });

  return () => {
    done = true;
    for (const [url, here] of taken) {
      const allow = [...here].join(', ');
      app.route({
        url,
        method: methods.filter((method) => !here.has(method)),
        config: { scope: 'public' },
        schema: { hide: true },
        exposeHeadRoute: false,
        handler: () => {
          throw new Problem('method-not-allowed', `This address takes ${allow}.`, { allow });
        },
      });
    }
  };
}
