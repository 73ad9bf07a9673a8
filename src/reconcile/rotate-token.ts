import type { RotationRow } from '../history/history.ts';
import type { TokenRole } from '../spec/cluster.ts';
import type { Engine } from '../swarm/engine.ts';
import { isEngineError } from '../swarm/errors.ts';
import type { LoopParts } from './loop-parts.ts';
import { sendRotation } from './send-rotation.ts';

const tries = 5;

/** Rotates a join token now, as a person asked. The Swarm's settings are sent back as they are. */
export async function rotateToken(
  role: TokenRole,
  by: string,
  engine: Engine,
  { history, clock, news, metrics }: LoopParts,
): Promise<RotationRow> {
  for (let attempt = 1; ; attempt += 1) {
    const { Spec: spec, Version } = await engine.swarm();
    const rotate = { [role]: true };
    const write = { call: 'swarm.update', version: Version.Index, spec, rotate } as const;
    try {
      const cause = { trigger: by, scheduled: false };
      const [row] = await sendRotation(write, cause, { engine, history, clock });
      metrics.tokenRotated(role, 'done', clock.now());
      news.tell('token.rotated', null, { role, rotation: row!.id });
      return row!;
    } catch (error) {
      if (isEngineError(error, 'conflict') && attempt < tries) continue;
      metrics.tokenRotated(role, 'failed', clock.now());
      throw error;
    }
  }
}
