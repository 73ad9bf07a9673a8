import type { RotationRow } from '../history/history.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import type { Engine } from '../swarm/engine.ts';
import { EngineError, isEngineError } from '../swarm/errors.ts';
import type { LoopParts } from './loop-parts.ts';
import { sendRotation } from './send-rotation.ts';
import { isLocked, unreachableManagers } from '../kinds/token/unlock-key.ts';
import { rotationOf } from '../kinds/token.ts';
import type { Swarm } from '../swarm/types.ts';

const tries = 5;

/** Rotates a join token or the unlock key now, as a person asked. The Swarm's settings are sent back as they are. */
export async function rotateToken(
  role: RotationSubject,
  by: string,
  engine: Engine,
  { history, clock, news, metrics }: LoopParts,
): Promise<RotationRow> {
  for (let attempt = 1; ; attempt += 1) {
    const swarm = await engine.swarm();
    if (role === 'unlock-key') await demandUnlockable(swarm, engine);
    const write = {
      call: 'swarm.update',
      version: swarm.Version.Index,
      spec: swarm.Spec,
      rotate: rotationOf[role],
    } as const;
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

/** Throws where the Engine would do nothing, and where a manager would be locked out. */
async function demandUnlockable(swarm: Swarm, engine: Engine): Promise<void> {
  const refuse = (message: string) => {
    throw new EngineError(message, { class: 'refused' });
  };
  if (!isLocked(swarm)) {
    refuse('autolock is off, so there is no unlock key: turn it on ("autolock: true") first');
  }
  const away = unreachableManagers(await engine.nodes());
  if (away.length > 0) {
    refuse(
      `these managers cannot be told of a new unlock key now, and would need the one before to start: ${away.join(', ')}. Start or remove them; "docker swarm unlock-key --rotate" does it all the same`,
    );
  }
}
