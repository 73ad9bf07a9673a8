import type { DesiredCluster } from '../desired/desired.ts';
import type { SwarmSpec } from '../swarm/types.ts';
import { turnOnAutolock } from './cluster/autolock.ts';
import { fixedSettings } from './cluster/fixed-settings.ts';
import { recordedGeneration, rootRotation, writeGeneration } from './cluster/root-certificate.ts';
import { changedSettings, writeSettings } from './cluster/settings.ts';
import { differences } from './differences.ts';
import type { Kind, OwnedObject, World } from './kind.ts';
import { makeAction } from './make-action.ts';
import { isLocked } from './token/unlock-key.ts';

/**
 * The Swarm's own settings. An update replaces the whole spec, so the live one is sent back with the declared settings
 * written in: leaving out `ForceRotate` alone would renew the root certificate.
 */
export const cluster: Kind<DesiredCluster> = {
  name: 'cluster',

  plan(desired, world) {
    const { swarm } = world.snapshot;
    const next: SwarmSpec = structuredClone(swarm.Spec);
    writeSettings(next, desired.settings);
    const locks = isLocked({ Spec: next }) && !isLocked(swarm);
    if (locks) next.EncryptionConfig = { ...swarm.Spec.EncryptionConfig };
    next.Labels = labelsOf(desired, world);
    const labels = differences('labels', swarm.Spec.Labels ?? {}, next.Labels);
    writeGeneration(next, desired, world);
    const changes = [
      ...changedSettings(swarm.Spec, next),
      ...labels,
      ...differences('ca_rotation', recordedGeneration(swarm), recordedGeneration({ Spec: next })),
    ];
    if (changes.length > 0) {
      return makeAction(desired, {
        action: 'update',
        reason: `It differs in ${changes.map(({ path }) => path).join(', ')}.`,
        changes,
        writes: [{ call: 'swarm.update', version: swarm.Version.Index, spec: next }],
      });
    }
    return locks ? turnOnAutolock(desired, world) : undefined;
  },

  obstacles: (desired, world) => [
    ...fixedSettings(desired, world),
    ...rootRotation(desired, world),
  ],

  own(desired, world) {
    return {
      unit: desired.unit,
      kind: 'cluster',
      name: desired.name,
      id: world.snapshot.swarm.ID,
      state: { labels: Object.keys(desired.settings.labels ?? {}).sort() },
    };
  },
};

function labelsOf(desired: DesiredCluster, world: World): Record<string, string> {
  const declared = desired.settings.labels ?? {};
  const row = world.owned.find(({ kind, unit }) => kind === 'cluster' && unit === desired.unit);
  const dropped = row ? ownedKeys(row).filter((key) => !(key in declared)) : [];
  const live = Object.entries(world.snapshot.swarm.Spec.Labels ?? {});
  return { ...Object.fromEntries(live.filter(([key]) => !dropped.includes(key))), ...declared };
}

function ownedKeys({ state }: OwnedObject): string[] {
  return Array.isArray(state.labels) ? state.labels.map(String) : [];
}
