import type { DesiredObject, DesiredSecret } from '../desired/desired.ts';
import type { OwnedObject } from '../kinds/kind.ts';
import { knownVersion } from '../kinds/object/same-content.ts';
import type { Engine } from '../swarm/engine.ts';
import { isEngineError } from '../swarm/errors.ts';
import type { Secret } from '../swarm/types.ts';
import type { Observation } from './observation.ts';

/** By name of a live secret: whether it holds what the files say. */
export type SecretContents = ReadonlyMap<string, boolean>;

/** Compares secrets that somebody else made, which nobody can read, with what the files say. Each pair is asked for once. */
export class SecretComparison {
  readonly #known = new Map<string, boolean>();

  async compare(
    objects: readonly DesiredObject[],
    { engine, snapshot }: Observation,
    owned: readonly OwnedObject[],
  ): Promise<SecretContents> {
    const contents = new Map<string, boolean>();
    for (const desired of objects) {
      if (desired.kind !== 'secret' || desired.spec.Data === undefined) continue;
      const live = unreadable(desired, snapshot.secrets, owned);
      const same = live && (await this.#ask(engine, desired, live));
      if (live && same !== undefined) contents.set(live.Spec.Name, same);
    }
    return contents;
  }

  async #ask(engine: Engine, desired: DesiredSecret, live: Secret): Promise<boolean | undefined> {
    const pair = `${live.ID} ${desired.version ?? desired.name}`;
    const known = this.#known.get(pair) ?? (await holds(engine, live, desired.spec.Data));
    if (known !== undefined) this.#known.set(pair, known);
    return known;
  }
}

/** The live secret that the desired one could be, when nothing tells yet what is in it. */
function unreadable(
  desired: DesiredSecret,
  live: readonly Secret[],
  owned: readonly OwnedObject[],
): Secret | undefined {
  const { unit, kind, name, base } = desired;
  if (base !== undefined && live.some(({ Spec }) => Spec.Name === name)) return undefined;
  const plainName = base ?? name;
  const found = live.find(({ Spec }) => Spec.Name === plainName);
  if (!found || knownVersion({ unit, kind, name: plainName }, found, owned) !== undefined)
    return undefined;
  return found;
}

/**
 * Whether a live secret holds these bytes; undefined when the Swarm does not say. Nothing is written: no object ever has
 * the version 0, but before the version the Swarm compares the content, and refuses another one in other words.
 * https://github.com/moby/swarmkit/blob/master/manager/controlapi/secret.go (UpdateSecret)
 */
async function holds(
  engine: Engine,
  live: Secret,
  data: string | undefined,
): Promise<boolean | undefined> {
  try {
    await engine.updateSecret(live.ID, 0, {
      ...live.Spec,
      ...(data !== undefined && { Data: data }),
    });
    return undefined;
  } catch (error) {
    if (isEngineError(error, 'conflict')) return true;
    const refused =
      isEngineError(error, 'invalid') && /only updates to Labels/i.test(error.message);
    return refused ? false : undefined;
  }
}
