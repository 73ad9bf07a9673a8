import type { DesiredObject } from '../desired/desired.ts';
import type { World } from '../kinds/kind.ts';
import { blocked, waiting } from '../kinds/make-action.ts';
import { wishHash } from '../kinds/service.ts';
import type { Action } from './action.ts';
import type { PlanOptions } from './plan-unit.ts';

/** A spec that Swarm has rolled back, or stopped at, is not sent again until it changes or a person says so. */
export function unlessRefused(
  action: Action,
  object: DesiredObject,
  world: World,
  options: PlanOptions,
): Action {
  if (object.kind !== 'service' || action.action === 'blocked' || options.allow.force)
    return action;
  if (action.interim) return action;
  if (options.refused[object.name] !== wishHash(object)) return action;
  const live = world.snapshot.services.find(({ Spec }) => Spec.Name === object.name);
  const state = live?.UpdateStatus?.State ?? '';
  if (!state.startsWith('rollback_') && state !== 'paused') return action;
  const message = live?.UpdateStatus?.Message;
  return blocked(
    object,
    `Swarm ${state === 'paused' ? 'stopped at' : 'rolled back'} this very spec${message ? ` (${message})` : ''}. Correct the service, or send it once more with force.`,
    { condition: state === 'paused' ? 'RolloutPaused' : 'RolledBack', changes: action.changes },
  );
}

/** Each update of the Swarm's spec moves its version: a second one in the same pass would be refused. */
export function oneSwarmUpdate(actions: readonly Action[]): Action[] {
  const [first, ...others] = actions.filter(({ writes }) =>
    writes.some(({ call }) => call === 'swarm.update'),
  );
  return actions.map((action) =>
    first && others.includes(action)
      ? waiting(
          action,
          `The Swarm takes one such change at a time, and ${first.kind} ${first.name} comes first.`,
          {
            changes: action.changes,
          },
        )
      : action,
  );
}
