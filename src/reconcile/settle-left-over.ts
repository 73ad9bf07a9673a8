import type { RotationRow } from '../history/history.ts';
import { keyFingerprint, tokenFingerprints } from '../tokens/live-fingerprints.ts';
import type { LoopParts } from './loop-parts.ts';
import type { Observation } from './observation.ts';
import { openRotations, settleRotations } from './send-rotation.ts';

/** Finishes the rows of rotations that a crash left open. The unlock key is read only when one of them is of it. */
export function settleLeftOver(
  { engine, snapshot }: Observation,
  isOver: (row: RotationRow) => boolean,
  { history, clock, log }: Pick<LoopParts, 'history' | 'clock' | 'log'>,
): void {
  const spec = snapshot.swarm.Spec;
  settleRotations(history, { spec, live: tokenFingerprints(snapshot.swarm) }, clock.now(), isOver);
  const ofKey = openRotations(history, { spec }, isOver).filter(
    ({ role }) => role === 'unlock-key',
  );
  if (ofKey.length === 0) return;
  const ids = new Set(ofKey.map(({ id }) => id));
  keyFingerprint(engine)
    .then((key) => {
      const live = new Map([['unlock-key' as const, key]]);
      settleRotations(history, { spec, live }, clock.now(), ({ id }) => ids.has(id));
    })
    .catch((error: unknown) => {
      log.warn({ err: error }, 'whether the unlock key was rotated cannot be told yet');
    });
}
