import type { Logger } from 'pino';
import type { History } from './history.ts';

/** To be called now and then: brings the history back to its disk, and logs each trouble and its end once. Never throws. */
export function tendHistory(history: History, log: Logger): () => void {
  let told: string | undefined;
  return () => {
    history.recover();
    const problem = history.problem();
    if (problem === told) return;
    told = problem;
    if (problem === undefined) log.info('the history is on its disk again');
    else log.error({ problem }, 'the history is in trouble; skep goes on');
  };
}
