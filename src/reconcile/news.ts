import type { Clock } from './clock.ts';
import type { News } from './operator.ts';

export type Newsroom = {
  tell(type: string, unit: string | null, data: Record<string, unknown>): void;
  subscribe(listener: (news: News) => void): () => void;
};

/** Passes news to whoever listens. A listener that throws disturbs neither the loop nor the others. */
export function createNewsroom(clock: Clock): Newsroom {
  const listeners = new Set<(news: News) => void>();
  let lastId = 0;
  return {
    tell(type, unit, data) {
      lastId += 1;
      const news: News = { id: lastId, type, at: clock.now(), unit, data };
      for (const listener of listeners) attempt(() => listener(news));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function attempt(call: () => void): void {
  try {
    call();
  } catch {
    // The listener's own affair.
  }
}
