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

/** Asks the Engine for nothing but what is wanted. */
export async function readFingerprints(
  engine: Engine,
  wanted: readonly RotationSubject[],
): Promise<Fingerprints> {
  const tokens = wanted.some((subject) => subject !== 'unlock-key')
    ? tokenFingerprints(await engine.swarm())
    : [];
  const key = wanted.includes('unlock-key') ? await engine.unlockKey() : undefined;
  return new Map([
    ...tokens,
    ...(key === undefined ? [] : [['unlock-key', key === '' ? '' : fingerprint(key)] as const]),
  ]);
}
