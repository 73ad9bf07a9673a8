import type { DesiredSecret, DesiredToken, DesiredUnit } from '../desired/desired.ts';
import { valueHash, versionBase } from '../desired/content-hash.ts';
import { skepLabels } from '../desired/labels.ts';
import { repointed, secretsOf, tokenSecret, tokenVersion } from '../desired/token-secret.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import type { Secret } from '../swarm/types.ts';
import { fingerprint } from '../tokens/fingerprint.ts';

type Tokens = Pick<Snapshot, 'swarm' | 'secrets'>;

/**
 * Secrets that hold join tokens. Their content is in no file but in the Swarm, so a unit's wish is completed with what is
 * live: the cluster gets the secrets, and who refers to one by its plain name the newest version.
 */
export class TokenSecrets {
  /** Names of versions, which are slow hashes, by secret. */
  readonly #versions = new Map<string, { fingerprint: string; name: string }>();

  /** `coming`: what other plans are about to make, by `kind/name`. */
  complete(
    desired: DesiredUnit,
    live: Tokens,
    coming: ReadonlySet<string> = new Set(),
  ): DesiredUnit {
    const made = this.of(desired, live);
    const newer = new Map(
      desired.external
        .filter(({ kind }) => kind === 'secret')
        .flatMap(({ name }) => {
          const version = newestOf(name, made, live.secrets, coming);
          return version === undefined ? [] : [[name, version]];
        }),
    );
    if (made.length + newer.size === 0) return desired;
    const own = new Set(made.map(({ name }) => name));
    const { external, objects, ...rest } = repointed(desired, newer);
    return {
      ...rest,
      // Another token is another wish: what differs because of it is nobody's drift.
      revision: `${desired.revision}+${valueHash([...own, ...newer.values()]).slice(0, 12)}`,
      external: external.filter(({ name }) => !own.has(name)),
      objects: [...objects, ...made],
    };
  }

  /** The secrets that a unit's tokens go to. */
  of(desired: Pick<DesiredUnit, 'objects'>, { swarm }: Pick<Tokens, 'swarm'>): DesiredSecret[] {
    return desired.objects
      .filter((object) => object.kind === 'token')
      .flatMap((token) => {
        const { Worker, Manager } = swarm.JoinTokens;
        const content = token.name === 'worker' ? Worker : Manager;
        return secretsOf(token).map((secret) => this.#secret(token, secret, content));
      });
  }

  #secret(desired: DesiredToken, secret: string, token: string): DesiredSecret {
    const print = fingerprint(token);
    const known = this.#versions.get(secret);
    const version = known?.fingerprint === print ? known.name : tokenVersion(secret, token);
    this.#versions.set(secret, { fingerprint: print, name: version });
    return tokenSecret(desired, { base: versionBase(secret), version, token });
  }
}

/** The newest version of a secret with a token; undefined when Skep has made none. */
function newestOf(
  name: string,
  made: readonly DesiredSecret[],
  live: readonly Secret[],
  coming: ReadonlySet<string>,
): string | undefined {
  const base = versionBase(name);
  const own = made.find((secret) => secret.base === base);
  if (own !== undefined) return own.name;
  const isVersion = new RegExp(`^secret/(${RegExp.escape(base)}-[0-9a-f]{12})$`);
  const next = [...coming].flatMap((key) => isVersion.exec(key)?.[1] ?? [])[0];
  if (next !== undefined) return next;
  return live
    .filter(
      ({ Spec: { Labels } }) => Labels?.[skepLabels.token] && Labels[skepLabels.base] === base,
    )
    .toSorted((a, b) => b.CreatedAt.localeCompare(a.CreatedAt))[0]?.Spec.Name;
}
