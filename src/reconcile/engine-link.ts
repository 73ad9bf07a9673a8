import type { Engine } from '../swarm/engine.ts';

/** The Engine when it can be reached; a daemon may start before its Engine does. */
export type EngineLink = {
  /** The Engine, connecting first when need be. Rejects with an `EngineError` that says why it cannot be had. */
  engine(): Promise<Engine>;
  /** What is known without asking. */
  readonly state: { host: string; engine: Engine | undefined; problem: string | undefined };
  close(): void;
};

export function createEngineLink(host: string, connect: () => Promise<Engine>): EngineLink {
  const state: { host: string; engine: Engine | undefined; problem: string | undefined } = {
    host,
    engine: undefined,
    problem: undefined,
  };
  let connecting: Promise<Engine> | undefined;

  async function open(): Promise<Engine> {
    try {
      state.engine = await connect();
      state.problem = undefined;
      return state.engine;
    } catch (error) {
      state.problem = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      connecting = undefined;
    }
  }

  return {
    state,
    async engine() {
      if (state.engine !== undefined) return state.engine;
      connecting ??= open();
      return connecting;
    },
    close: () => state.engine?.close(),
  };
}
