import type { Engine } from './engine.ts';
import { EngineError } from './errors.ts';
import { findSelfService } from './find-self.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Reads the whole Swarm with one call per kind, whatever its size. Rejects rather than returns a view that may be incomplete.
 *
 * `GET /networks` answers 200 without the Swarm's networks while the cluster is out of reach, so the lists stand
 * between two reads of the Swarm that fail then, and the Engine must report no trouble of its own at the end.
 */
export async function takeSnapshot(
  engine: Engine,
  options: { containerId?: string | undefined } = {},
): Promise<Snapshot> {
  const before = await engine.swarm();
  const [nodes, services, networks, configs, secrets, tasks] = await Promise.all([
    engine.nodes(),
    engine.services(),
    engine.networks(),
    engine.configs(),
    engine.secrets(),
    engine.tasks(),
  ]);
  const self = await engine.self();
  const swarm = await engine.swarm();

  if (self.error !== '') throw incomplete(`the Engine reports: ${self.error}`);
  // An Engine that had trouble joining as a manager may call itself `error` for ever, though it manages, and even leads.
  if (!self.manager || !['active', 'error'].includes(self.state)) {
    throw incomplete(`the Engine's node is ${self.state}${self.manager ? '' : ' and no manager'}`);
  }
  // A manager that has just started may list nothing at all.
  if (!nodes.some(({ ID }) => ID === self.nodeId)) {
    throw incomplete('the Engine does not list its own node');
  }
  if (swarm.ID !== before.ID) throw incomplete('the Engine has changed to another Swarm meanwhile');

  const selfServiceId = findSelfService(tasks, options.containerId);
  return {
    swarm,
    nodes,
    services,
    networks,
    configs,
    secrets,
    tasks,
    apiVersion: engine.apiVersion,
    selfNodeId: self.nodeId,
    ...(selfServiceId === undefined ? {} : { selfServiceId }),
  };
}

function incomplete(why: string): EngineError {
  return new EngineError(`the view of the Swarm may be incomplete: ${why}`, {
    class: 'unavailable',
  });
}
