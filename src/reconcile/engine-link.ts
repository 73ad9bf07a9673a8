import type { Engine } from '../swarm/engine.ts';

/** The Engine when it can be reached; a daemon may start before its Engine does. */
export type EngineLink = {
  /** The Engine, connecting first when need be. Rejects with an `EngineError` that says why it cannot be had. */
  engine(): Promise<Engine>;
  /** What is known without asking. */
  readonly state: { host: string; engine: Engine | undefined; problem: string | undefined };
  close(): void;
};
