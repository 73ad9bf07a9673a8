import type { OwnedObject, World } from '../../src/kinds/kind.ts';
import { namesIn, resolveNames } from '../../src/kinds/name-ids.ts';
import type { Action, Write } from '../../src/plan/action.ts';
import type { UnitPlan } from '../../src/plan/plan-unit.ts';
import { toDisown, toOwn } from '../../src/reconcile/inventory.ts';
import type { Snapshot } from '../../src/swarm/snapshot.ts';
import type { Network, NetworkCreate } from '../../src/swarm/types.ts';
import { engineStores } from './engine-stores.ts';
import { aConfig, aNetwork, aSecret, aService } from './world.ts';

/** The world after every write of a plan: what an Engine lists then, and what the inventory holds. For tests of what is pure. */
export function carryOut(plan: UnitPlan, before: World): World {
  const snapshot = structuredClone(before.snapshot);
  const gone: OwnedObject[] = [];
  for (const action of plan.actions) {
    for (const write of action.writes) carryOutOne(write, snapshot);
    if (action.action === 'delete') gone.push(rowOf(action));
  }
  const left = before.owned.filter((row) => !gone.some((one) => isSameRow(one, row)));
  return remembered(plan, { ...before, snapshot, owned: left });
}

function rowOf({ unit, kind, name }: Action): OwnedObject {
  return { unit, kind, name, state: {} };
}

function isSameRow(a: OwnedObject, b: OwnedObject): boolean {
  return a.unit === b.unit && a.kind === b.kind && a.name === b.name;
}

/** As the loop remembers: what was written, and what is gone. */
function remembered({ objects }: UnitPlan, world: World): World {
  const rows = toOwn(objects, [], world);
  const kept = world.owned.filter((row) => !rows.some((one) => isSameRow(one, row)));
  const owned = [...kept, ...rows];
  const unit = objects[0]?.unit ?? '';
  const gone = toDisown(unit, objects, { ...world, owned });
  return { ...world, owned: owned.filter((row) => !gone.some((one) => isSameRow(one, row))) };
}

let made = 0;
function newId(): string {
  made += 1;
  return String(made).padStart(25, '0');
}

function carryOutOne(write: Write, snapshot: Snapshot): void {
  switch (write.call) {
    case 'service.create': {
      const spec = engineStores(resolveNames(write.spec, namesIn(snapshot)));
      snapshot.services.push(aService(spec, { ID: newId() }));
      return;
    }
    case 'service.update': {
      const live = current(snapshot.services, write);
      live.PreviousSpec = live.Spec;
      live.Spec = engineStores(resolveNames(write.spec, namesIn(snapshot)));
      return;
    }
    case 'network.create':
      snapshot.networks.push(networkStored(write.spec));
      return;
    case 'config.create': {
      const { Name, Labels = {}, Data = '' } = write.spec;
      const text = Buffer.from(Data, 'base64').toString();
      snapshot.configs.push({ ...aConfig(Name, text, { Labels }), ID: newId() });
      return;
    }
    case 'secret.create':
      snapshot.secrets.push({ ...aSecret(write.spec.Name, write.spec.Labels), ID: newId() });
      return;
    case 'config.update':
      current(snapshot.configs, write).Spec.Labels = write.spec.Labels ?? {};
      return;
    case 'secret.update':
      current(snapshot.secrets, write).Spec.Labels = write.spec.Labels ?? {};
      return;
    case 'node.update':
      current(snapshot.nodes, write).Spec = write.spec;
      return;
    case 'swarm.update':
      current([snapshot.swarm], { ...write, id: snapshot.swarm.ID }).Spec = write.spec;
      return;
    default:
      remove(write.call, write.id, snapshot);
  }
}

/** The object that a write is for, with a new version; a write that was planned on another one is an error. */
function current<T extends { ID: string; Version: { Index: number } }>(
  objects: readonly T[],
  { id, version }: { id: string; version: number },
): T {
  const found = objects.find(({ ID }) => ID === id);
  if (found?.Version.Index !== version) throw new Error('update out of sequence');
  found.Version = { Index: version + 1 };
  return found;
}

function networkStored({ Name, Labels, Options, Driver, IPAM, ...spec }: NetworkCreate): Network {
  const live = aNetwork(Name, { Id: newId(), Labels: Labels ?? {} });
  return {
    ...live,
    Driver: Driver || 'overlay',
    Internal: spec.Internal ?? false,
    Attachable: spec.Attachable ?? false,
    Options: { ...live.Options, ...Options },
    IPAM: { Driver: IPAM?.Driver || 'default', Config: IPAM?.Config ?? live.IPAM.Config ?? [] },
  };
}

function remove(call: string, id: string, from: Snapshot): void {
  const others = <T extends { ID: string }>(objects: T[]) => objects.filter(({ ID }) => ID !== id);
  if (call === 'network.remove') from.networks = from.networks.filter(({ Id }) => Id !== id);
  if (call === 'service.remove') from.services = others(from.services);
  if (call === 'config.remove') from.configs = others(from.configs);
  if (call === 'secret.remove') from.secrets = others(from.secrets);
}
