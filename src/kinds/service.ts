import type { DesiredService } from '../desired/desired.ts';
import type { Action } from '../plan/action.ts';
import type { Service } from '../swarm/types.ts';
import type { Kind, World } from './kind.ts';
import { belongsTo, blocked, makeAction, replacing, waiting } from './make-action.ts';
import { attachmentsOf } from './network/network-users.ts';
import { formerOwner, isProven, otherOwner } from './ownership.ts';
import { detached } from './service/detached.ts';
import { missingFor } from './service/missing.ts';
import { isJob, modeOf } from './service/mode.ts';
import { contents, namingIn, patch } from './service/patch.ts';
import { takeable, wanted } from './service/wanted.ts';
import { valueHash } from '../desired/content-hash.ts';

export const service: Kind<DesiredService> = {
  name: 'service',

  plan(desired, world) {
    const live = find(desired.name, world);
    if (!live) return whenReady(desired, create(desired, world), world);
    const owner = otherOwner(desired, live.Spec.Labels, world);
    if (owner !== undefined) return belongsTo(desired, owner);
    const detaching = detach(desired, live, world);
    if (detaching) return detaching;
    if (modeOf(live.Spec) !== modeOf(desired.spec)) {
      return whenReady(desired, replace(desired, live, world), world);
    }
    const action = update(desired, live, world);
    return action && whenReady(desired, action, world);
  },

  remove(owned, world) {
    const live = find(owned.name, world);
    if (!live || !isProven(owned, live.Spec.Labels)) return undefined;
    return makeAction(owned, {
      action: 'delete',
      restarts: true,
      reason: 'No file names it any more.',
      writes: [{ call: 'service.remove', id: live.ID }],
    });
  },

  own(desired, world) {
    const live = find(desired.name, world);
    return {
      unit: desired.unit,
      kind: 'service',
      name: desired.name,
      ...(live && { id: live.ID }),
      state: {
        hash: wishHash(desired),
        ...formerOwner(desired.unit, live?.Spec.Labels),
        ...(desired.options.prune === false && { prune: false }),
      },
    };
  },
};

/** Tells one wish for a service from another, whatever adopted names the plan has put in. */
export function wishHash(desired: DesiredService): string {
  return desired.hash ?? valueHash(desired.spec);
}

function find(name: string, world: World): Service | undefined {
  return world.snapshot.services.find((service) => service.Spec.Name === name);
}

function create(desired: DesiredService, world: World): Action {
  const spec = takeable(desired, world);
  return makeAction(desired, {
    action: 'create',
    reason: 'It does not exist.',
    changes: contents(spec, namingIn(world.snapshot)),
    writes: [{ call: 'service.create', spec }],
  });
}

function update(desired: DesiredService, live: Service, world: World): Action | undefined {
  const spec = wanted(desired, live.Spec, world);
  const patched = patch(live.Spec, spec, namingIn(world.snapshot));
  if (!patched) return undefined;
  return makeAction(desired, {
    action: 'update',
    restarts: patched.restarts || isJob(live.Spec),
    reason: `It differs in ${summary(patched.changes.map(({ path }) => path))}.`,
    changes: patched.changes,
    writes: [
      { call: 'service.update', id: live.ID, version: live.Version.Index, spec: patched.next },
    ],
  });
}

/** Swarm can neither rename a service nor change its mode. */
function replace(desired: DesiredService, live: Service, world: World): Action {
  const changes = [{ path: 'mode', from: modeOf(live.Spec), to: modeOf(desired.spec) }];
  if (desired.options.replace !== true) {
    return blocked(
      desired,
      `Swarm cannot make a ${modeOf(live.Spec)} service ${modeOf(desired.spec)}. Allow to remove and create it anew with "x-skep: { replace: true }", or change the mode back.`,
      { condition: 'ReplaceNeeded', changes },
    );
  }
  return makeAction(desired, {
    action: 'replace',
    restarts: true,
    reason: 'Its mode cannot be changed in place, so it is removed and created anew.',
    changes,
    writes: [
      { call: 'service.remove', id: live.ID },
      { call: 'service.create', spec: takeable(desired, world) },
    ],
  });
}

/** Frees networks that are to be replaced, and changes nothing else: the wish follows when they are made anew. */
function detach(desired: DesiredService, live: Service, world: World): Action | undefined {
  const { leaving = new Map<string, string>() } = world;
  const names = attachmentsOf(live.Spec).flatMap(({ Target }) => leaving.get(Target) ?? []);
  if (names.length === 0) return undefined;
  const spec = detached(desired, live.Spec, new Set(leaving.keys()));
  const patched = patch(live.Spec, spec, namingIn(world.snapshot));
  if (!patched) return undefined;
  return makeAction(desired, {
    action: 'update',
    restarts: true,
    interim: true,
    reason: `It is detached from the network ${names.join(', ')} until that is made anew, and attached again then.`,
    changes: patched.changes,
    writes: [
      { call: 'service.update', id: live.ID, version: live.Version.Index, spec: patched.next },
    ],
  });
}

/** The Engine refuses a service that refers to what is not there. */
function whenReady(desired: DesiredService, action: Action, world: World): Action {
  if (action.action === 'blocked') return action;
  const missing = missingFor(desired.spec, world);
  if (missing.length === 0) return action;
  const names = missing.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  const { changes } = action;
  return missing.some(({ leaving }) => leaving)
    ? waiting(desired, `It waits for what is being made anew: ${names}.`, {
        condition: replacing,
        interim: true,
        changes,
      })
    : waiting(desired, `It needs what does not exist yet: ${names}.`, {
        condition: 'DependencyMissing',
        changes,
      });
}

function summary(paths: string[]): string {
  const shown = paths.slice(0, 3).join(', ');
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown;
}
