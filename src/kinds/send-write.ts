import type { Write } from '../plan/action.ts';
import type { Engine, RegistryAuth } from '../swarm/engine.ts';
import { EngineError } from '../swarm/errors.ts';
import type { ServiceSpec } from '../swarm/types.ts';
import { type NameIds, resolveNames } from './name-ids.ts';

/** The value of X-Registry-Auth for an image, or undefined when nobody has to be told. */
export type AuthFor = (image: string) => Promise<string | undefined>;

/**
 * Sends one write: exactly one Engine call that changes something. Names of networks, configs and secrets become IDs just before. Returns the
 * ID of what was made; rejects with the Engine's error, or a `MissingName` when a name has no ID yet.
 */
export async function sendWrite(
  engine: Engine,
  write: Write,
  names: NameIds,
  auth?: AuthFor,
): Promise<{ id?: string }> {
  switch (write.call) {
    case 'service.create': {
      const spec = resolveNames(write.spec, names);
      return { id: await engine.createService(spec, await authOf(spec, auth)) };
    }
    case 'service.update': {
      const spec = resolveNames(write.spec, names);
      await engine.updateService(write.id, write.version, spec, await authOf(spec, auth));
      return { id: write.id };
    }
    case 'network.create':
      return { id: await engine.createNetwork(write.spec) };
    case 'config.create':
      return { id: await engine.createConfig(write.spec) };
    case 'secret.create':
      return { id: await engine.createSecret(write.spec) };
    default:
      await changeOrRemove(engine, write);
      return {};
  }
}

type Other = Exclude<
  Write,
  {
    call:
      'service.create' | 'service.update' | 'network.create' | 'config.create' | 'secret.create';
  }
>;

async function changeOrRemove(engine: Engine, write: Other): Promise<void> {
  switch (write.call) {
    case 'service.remove':
      return engine.removeService(write.id);
    case 'network.remove':
      return engine.removeNetwork(write.id);
    case 'config.update':
      return engine.updateConfig(write.id, write.version, write.spec);
    case 'config.remove':
      return engine.removeConfig(write.id);
    case 'secret.update':
      return engine.updateSecret(write.id, write.version, write.spec);
    case 'secret.remove':
      return engine.removeSecret(write.id);
    case 'node.update':
      return engine.updateNode(write.id, write.version, write.spec);
    case 'node.remove':
      return removeDownNode(engine, write.id, write.version);
    case 'swarm.update':
      return engine.updateSwarm(write.version, write.spec, write.rotate);
  }
}

/** The Engine takes no version for removals, so the node is read again just before. */
async function removeDownNode(engine: Engine, id: string, version: number): Promise<void> {
  const node = await engine.node(id);
  if (node.Status.State !== 'down' || node.Version.Index !== version) {
    throw new EngineError('the node has changed, and is not removed', { class: 'conflict' });
  }
  await engine.removeNode(id);
}

/** Without a value the Engine keeps the credentials it has (`registryAuthFrom=spec` is its default). */
async function authOf(spec: ServiceSpec, auth: AuthFor | undefined): Promise<RegistryAuth> {
  const image = spec.TaskTemplate.ContainerSpec?.Image;
  const registryAuth = image === undefined ? undefined : await auth?.(image);
  return registryAuth === undefined ? {} : { registryAuth };
}
