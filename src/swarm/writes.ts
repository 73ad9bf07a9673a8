import type { Engine } from './engine.ts';
import type { Call } from './reads.ts';

type Writes = Pick<
  Engine,
  | 'createService'
  | 'updateService'
  | 'removeService'
  | 'createNetwork'
  | 'removeNetwork'
  | 'createConfig'
  | 'updateConfig'
  | 'removeConfig'
  | 'createSecret'
  | 'updateSecret'
  | 'removeSecret'
  | 'updateNode'
  | 'removeNode'
  | 'updateSwarm'
>;

/** The writing half of an Engine. Updates carry the version that was read; removals go by ID. */
export function makeWrites(call: Call): Writes {
  const create = async (collection: string, body: object, registryAuth?: string) => {
    const route = `/${collection}/create`;
    return createdId(await call({ method: 'POST', route, body, registryAuth }));
  };
  const update = async (
    collection: string,
    id: string,
    version: number,
    body: object,
    registryAuth?: string,
  ) => {
    const route = `/${collection}/{id}/update`;
    await call({ method: 'POST', route, params: { id }, query: { version }, body, registryAuth });
  };
  const remove = async (collection: string, id: string, query = {}) => {
    await call({ method: 'DELETE', route: `/${collection}/{id}`, params: { id }, query });
  };

  return {
    createService: (spec, options) => create('services', spec, options?.registryAuth),
    updateService: (id, version, spec, options) =>
      update('services', id, version, spec, options?.registryAuth),
    removeService: (id) => remove('services', id),
    // Before API 1.44 only this makes the Engine look for a network of the same name on its own node.
    createNetwork: (spec) => create('networks', { ...spec, CheckDuplicate: true }),
    removeNetwork: (id) => remove('networks', id),
    createConfig: (spec) => create('configs', spec),
    updateConfig: (id, version, spec) => update('configs', id, version, spec),
    removeConfig: (id) => remove('configs', id),
    createSecret: (spec) => create('secrets', spec),
    updateSecret: (id, version, spec) => update('secrets', id, version, spec),
    removeSecret: (id) => remove('secrets', id),
    updateNode: (id, version, spec) => update('nodes', id, version, spec),
    removeNode: (id, options) =>
      remove('nodes', id, options?.force === true ? { force: true } : {}),
    updateSwarm: async (version, spec, rotate = {}) => {
      const query = {
        version,
        rotateWorkerToken: rotate.worker,
        rotateManagerToken: rotate.manager,
        rotateManagerUnlockKey: rotate.unlockKey,
      };
      await call({ method: 'POST', route: '/swarm/update', query, body: spec });
    },
  };
}

/** Networks answer with `Id`, everything else with `ID`. */
function createdId(answer: unknown): string {
  const { ID, Id } = answer as { ID?: string; Id?: string };
  return ID ?? Id ?? '';
}
