import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { Log } from '../log.ts';
import { LOCK_DIR } from './paths.ts';

const MESSAGE_AFTER = 1000;

/**
 * Runs `work` while no other process on the machine runs work under the same lock; a second one waits and says so. The kernel
 * holds the lock for a child that ends with us, however we end, so it can never be left behind.
 */
export async function withLock<T>(
  name: string,
  log: Log,
  within: number,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(LOCK_DIR, { recursive: true });
  const file = `${LOCK_DIR}/${name}`;
  const wait = String(Math.ceil(within / 1000));
  const holder = spawn('flock', ['--wait', wait, file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const notice = setTimeout(
    () => log(`another run holds the lock "${name}"; waiting for it, ${wait} s at most`),
    MESSAGE_AFTER,
  );
  try {
    const held = await Promise.race([
      once(holder.stdout, 'data').then(() => true),
      once(holder, 'exit').then(() => false),
    ]);
    if (!held) {
      throw new Error(
        `the lock ${file} was not free within ${wait} s: another run of the tests is stuck or very slow; end it ("fuser -v ${file}" shows it) and try again`,
      );
    }
    clearTimeout(notice);
    return await work();
  } finally {
    clearTimeout(notice);
    holder.stdin.end();
  }
}
