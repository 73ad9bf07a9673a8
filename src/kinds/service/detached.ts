import type { DesiredService } from '../../desired/desired.ts';
import type { NetworkAttachment, ServiceSpec } from '../../swarm/types.ts';
import { keepOthers } from './wanted.ts';

/**
 * The live spec without these networks (IDs or names), and nothing else of the wish. Tasks may not be well without them:
 * that is no reason for Swarm to stop half-way, or to go back.
 */
export function detached(
  desired: DesiredService,
  live: ServiceSpec,
  networks: ReadonlySet<string>,
): ServiceSpec {
  const spec = structuredClone(live);
  const stays = ({ Target }: NetworkAttachment) => !networks.has(Target);
  if (spec.TaskTemplate.Networks) {
    spec.TaskTemplate.Networks = spec.TaskTemplate.Networks.filter(stays);
  }
  if (spec.Networks) spec.Networks = spec.Networks.filter(stays);
  spec.UpdateConfig = { ...(spec.UpdateConfig ?? { Parallelism: 1 }), FailureAction: 'continue' };
  return keepOthers(desired, spec, live);
}
