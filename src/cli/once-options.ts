import { existsSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import type { History } from '../history/history.ts';
import { openHistory } from '../history/open-history.ts';
import { systemClock } from '../reconcile/system-clock.ts';
import type { OnceOptions } from '../reconcile/once.ts';
import { openCredentials } from '../registry/credentials.ts';
import { specReader } from '../spec/spec-reader.ts';
import type { Engine } from '../swarm/engine.ts';
import { readContainerId } from '../swarm/find-self.ts';
import { version } from '../version.ts';
import type { Context } from './command.ts';
import { openEngine } from './open-engine.ts';
import { readOptions } from './read-options.ts';

/** Runs `work` with the loop's parts, built from the settings, and closes them after. */
export async function withOnceOptions<T>(
  context: Context,
  history: 'keep' | 'read',
  work: (options: OnceOptions) => Promise<T>,
): Promise<T> {
  const engine = await openEngine(context);
  try {
    const opened = openOrBorrow(context, history);
    try {
      const containerId = await readContainerId(hostname());
      return await work({ ...options(context, engine, opened), containerId });
    } finally {
      opened.close();
    }
  } finally {
    engine.close();
  }
}

function options(context: Context, engine: Engine, history: History): OnceOptions {
  const { settings } = context;
  const read = readOptions(context);
  const configFile = settings.registryConfig ?? join(homedir(), '.docker', 'config.json');
  const credentials = openCredentials({ configFile });
  return {
    engine,
    host: settings.host,
    directory: read.directory,
    readFiles: specReader(read, () => systemClock.now()),
    history,
    clock: systemClock,
    random: Math.random,
    log: pino({ level: 'silent' }),
    version,
    auth: (image) => credentials.authFor(image),
    resolveImage: settings.resolveImage,
    keepVersions: settings.keepVersions,
    rolloutTimeoutMs: settings.rolloutTimeout,
  };
}

/** A look leaves nothing behind: without a database yet, one in memory serves it. */
function openOrBorrow({ settings }: Context, history: 'keep' | 'read'): History {
  const file = join(resolve(settings.data), 'skep.db');
  const kept = history === 'keep' || existsSync(file);
  return openHistory({
    file: kept ? file : ':memory:',
    migrations: join(import.meta.dirname, '..', '..', 'migrations'),
    clock: systemClock,
  });
}
