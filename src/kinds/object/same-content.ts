import { isDeepStrictEqual } from 'node:util';
import type { DesiredConfig, DesiredSecret } from '../../desired/desired.ts';
import type { Config, Secret, SecretSpec } from '../../swarm/types.ts';
import type { OwnedObject, World } from '../kind.ts';
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

/**
 * Secrets are never read back. The inventory knows which content one was made with or taken for; else the Swarm may have
 * been asked; without either, the unit's own secret is taken for what it made.
 */
function sameSecret(desired: DesiredSecret, live: Secret, world: World): boolean {
  const known = knownVersion(desired, live, world.owned);
  if (known !== undefined && desired.version !== undefined) return known === desired.version;
  return world.secretContents?.get(live.Spec.Name) ?? saysItIs(desired.unit, live.Spec.Labels);
}

/** Of which content the inventory says that this very object holds it. A row of before its ID was known counts. */
export function knownVersion(
  { unit, kind, name }: Pick<Desired, 'unit' | 'kind' | 'name'>,
  live: Live,
  owned: readonly OwnedObject[],
): unknown {
  const row = owned.find((row) => row.unit === unit && row.kind === kind && row.name === name);
  return (row?.id ?? live.ID) === live.ID ? row?.state.version : undefined;
}

function driverOf({ Driver, Templating }: SecretSpec): unknown {
  return {
    driver: Driver?.Name ?? '',
    options: { ...Driver?.Options },
    templating: Templating?.Name ?? '',
  };
}
