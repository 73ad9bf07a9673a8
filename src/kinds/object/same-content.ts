import { isDeepStrictEqual } from 'node:util';
import type { DesiredConfig, DesiredSecret } from '../../desired/desired.ts';
import { skepLabels } from '../../desired/labels.ts';
import type { Config, Secret, SecretSpec } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import { saysItIs } from '../ownership.ts';

type Desired = DesiredConfig | DesiredSecret;
type Live = Config | Secret;

/** Whether a live object of the desired name holds what is desired, as far as anybody can know. */
export function sameContent(desired: Desired, live: Live, world: World): boolean {
  // The name is made from the content, or was found to be right when the plan put it in.
  return desired.base !== undefined || couldBeSame(desired, live, world);
}

/** Whether a live object may hold what is desired, its name left aside: nothing that can be known speaks against it. */
export function couldBeSame(desired: Desired, live: Live, world: World): boolean {
  if (!isDeepStrictEqual(driverOf(desired.spec), driverOf(live.Spec))) return false;
  return desired.kind === 'config'
    ? sameData(desired.spec.Data, live.Spec.Data)
    : sameSecret(desired, live, world);
}

/** Base64 has more than one spelling. */
function sameData(a: string | undefined, b: string | undefined): boolean {
  return Buffer.from(a ?? '', 'base64').equals(Buffer.from(b ?? '', 'base64'));
}

/** Secrets are never read back. A hash on both tells; without one, the unit's own secret is taken for what it made. */
function sameSecret(desired: DesiredSecret, live: Secret, world: World): boolean {
  const wanted = desired.spec.Labels?.[skepLabels.spec];
  const found = live.Spec.Labels?.[skepLabels.spec];
  if (wanted !== undefined && found !== undefined) return wanted === found;
  if (world.sameSecrets?.has(desired.name)) return true;
  return saysItIs(desired.unit, live.Spec.Labels);
}

function driverOf({ Driver, Templating }: SecretSpec): unknown {
  return {
    driver: Driver?.Name ?? '',
    options: { ...Driver?.Options },
    templating: Templating?.Name ?? '',
  };
}
