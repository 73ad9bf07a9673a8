import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';

export type FileTrigger = { close(): Promise<void> };
type FileTriggerOptions = {
  directory: string;
  /** Something below the directory may have changed; called once per burst. */
  onChange: () => void;
  clock: Clock;
  log: Logger;
  /** How long it must have been quiet; 500 ms when absent. */
  debounceMs?: number;
};

/**
 * Watches the directory. Only a hint: network file systems send nothing and watches run out, so somebody has to look
 * from time to time besides. A directory that is a symbolic link (as git-sync and Kubernetes swap it) is watched through
 * the folder it stands in, and anew after each swap.
 */
export function watchFiles(options: FileTriggerOptions): FileTrigger {
  const { directory, clock, log, debounceMs = 500 } = options;
  const hint = debounced(options.onChange, debounceMs, clock);
  let tree: FSWatcher | undefined;
  let watchedRoot: string | undefined;
  let closed = false;

  async function arm(): Promise<void> {
    const root = await realpath(directory).catch(() => directory);
    if (root === watchedRoot || closed) return;
    watchedRoot = root;
    await tree?.close();
    tree = watch(root, {
      ignoreInitial: true,
      // A file such as .env belongs to a stack; in folders such as .git is nothing of ours.
      ignored: (path, stats) =>
        path !== root && basename(path).startsWith('.') && stats?.isDirectory() === true,
    });
    tree.on('all', () => hint.call()).on('error', report);
  }

  function report(error: unknown): void {
    log.warn({ err: error }, 'files cannot be watched; they are looked at on the timer');
  }

  const parent = watch(dirname(directory), {
    depth: 0,
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => path !== dirname(directory) && path !== directory,
  });
  parent.on('error', report).on('all', () => {
    arm().catch(report);
    hint.call();
  });
  arm().catch(report);

  return {
    async close() {
      closed = true;
      hint.cancel();
      await Promise.all([parent.close(), tree?.close()]);
    },
  };
}

/** Calls `then` once it has been quiet for a moment. */
function debounced(then: () => void, debounceMs: number, clock: Clock) {
  let waiting = new AbortController();
  return {
    call() {
      waiting.abort();
      const mine = new AbortController();
      waiting = mine;
      void clock.sleep(debounceMs, mine.signal).then(() => {
        if (!mine.signal.aborted) then();
      });
    },
    cancel: () => waiting.abort(),
  };
}
