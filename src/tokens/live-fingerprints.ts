import type { RotationSubject } from '../spec/cluster.ts';
import type { Engine } from '../swarm/engine.ts';
import type { Swarm } from '../swarm/types.ts';
import { fingerprint } from './fingerprint.ts';

/** What is live now, by what it is; of an unlock key that does not exist it is empty. */
export type Fingerprints = ReadonlyMap<RotationSubject, string>;

export function tokenFingerprints({ JoinTokens }: Swarm): Fingerprints {
  return new Map([
    ['worker', fingerprint(JoinTokens.Worker)],
    ['manager', fingerprint(JoinTokens.Manager)],
  ]);
}

/** Empty when there is no key. Reads the key, so only for who has to know. */
export async function keyFingerprint(engine: Engine): Promise<string> {
  const key = await engine.unlockKey();
  return key === '' ? '' : fingerprint(key);
}
