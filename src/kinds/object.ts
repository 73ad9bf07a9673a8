import type { DesiredConfig, DesiredSecret } from '../desired/desired.ts';
import type { Action, Change, Write } from '../plan/action.ts';
import type { Config, Secret } from '../swarm/types.ts';
import { differences } from './differences.ts';
import type { Kind, OwnedObject, World } from './kind.ts';
import { belongsTo, blocked, makeAction, waiting } from './make-action.ts';
import { versionsToKeep } from './object/keep-versions.ts';
import { usersOf } from './object/object-users.ts';
import { sameContent } from './object/same-content.ts';
import { formerOwner, isProven, otherOwner, ownLabels, withoutOwn } from './ownership.ts';

/**
 * Configs and secrets differ in what can be read back, no more. Neither can be changed once made, but for the labels:
 * another content is another name, and services move from one to the other.
 */
export const config: Kind<DesiredConfig> = objectKind('config');
export const secret: Kind<DesiredSecret> = objectKind('secret');

type Desired = DesiredConfig | DesiredSecret;
type Live = Config | Secret;

function objectKind<D extends Desired>(kind: D['kind']): Kind<D> {
  return {
    name: kind,

    plan(desired, world) {
      const live = find(kind, desired.name, world);
      if (!live) return create(desired);
      const owner = otherOwner(desired, live.Spec.Labels, world);
      if (owner !== undefined) return belongsTo(desired, owner);
      if (!sameContent(desired, live, world)) return cannotChange(desired);
      return relabel(desired, live);
    },

    remove(owned, world) {
      const live = find(kind, owned.name, world);
      if (!live || !isProven(owned, live.Spec.Labels)) return undefined;
      if (versionsToKeep(owned, world).has(live.ID)) return undefined;
      return remove(owned, live, world);
    },

    own(desired, world) {
      const live = find(kind, desired.name, world);
      return {
        unit: desired.unit,
        kind,
        name: desired.name,
        ...(live && { id: live.ID }),
        state: {
          ...formerOwner(desired.unit, live?.Spec.Labels),
          ...(desired.base !== undefined && { base: desired.base }),
          ...(desired.version !== undefined && { version: desired.version }),
          ...(desired.options.prune === false && { prune: false }),
        },
      };
    },
  };
}

function find(kind: 'config' | 'secret', name: string, world: World): Live | undefined {
  return world.snapshot[`${kind}s`].find((object) => object.Spec.Name === name);
}

function create(desired: Desired): Action {
  return makeAction(desired, {
    action: 'create',
    reason:
      desired.base === undefined
        ? 'It does not exist.'
        : `This content of ${desired.base} does not exist yet.`,
    writes: [{ call: `${desired.kind}.create`, spec: desired.spec }],
  });
}

function cannotChange(desired: Desired): Action {
  const { kind, name } = desired;
  return blocked(
    desired,
    `The ${kind} ${name} holds something else, or something that cannot be told from here, and Swarm cannot change a ${kind}. Take "name:" away, so that its name follows its content, or give it another name.`,
    { condition: 'ContentDiffers' },
  );
}

/** Labels are the one thing of them that can be changed. Skep's own make no difference. */
function relabel(desired: Desired, live: Live): Action | undefined {
  const changes: Change[] = differences(
    'labels',
    withoutOwn(live.Spec.Labels),
    withoutOwn(desired.spec.Labels),
  );
  if (changes.length === 0) return undefined;
  const labels = { ...ownLabels(live.Spec.Labels), ...desired.spec.Labels };
  const write: Write = {
    call: `${desired.kind}.update`,
    id: live.ID,
    version: live.Version.Index,
    spec: { ...live.Spec, Labels: labels },
  };
  return makeAction(desired, {
    action: 'update',
    reason: 'Its labels differ.',
    changes,
    writes: [write],
  });
}

function remove(owned: OwnedObject, live: Live, world: World): Action | undefined {
  const { specs, previous, tasks } = usersOf(live.ID, world.snapshot);
  const isOldVersion = world.bases?.has(`${owned.kind}/${String(owned.state.base)}`) === true;
  if (isOldVersion && specs.length + previous.length + tasks > 0) return undefined;
  if (specs.length > 0) {
    return waiting(owned, `It goes when no service refers to it: ${specs.join(', ')}.`);
  }
  // Kept without a word: a rollback would need it.
  if (previous.length > 0) return undefined;
  if (tasks > 0) return waiting(owned, 'It goes when the last task that has it has stopped.');
  return makeAction(owned, {
    action: 'delete',
    reason: isOldVersion
      ? `An old version of ${String(owned.state.base)} that nothing refers to.`
      : 'No file names it any more.',
    writes: [{ call: owned.kind === 'config' ? 'config.remove' : 'secret.remove', id: live.ID }],
  });
}
