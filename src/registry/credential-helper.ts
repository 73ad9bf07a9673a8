import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import type { Credential } from './docker-config.ts';

/** What a helper gives as user name when its secret is a token. */
const tokenUser = '<token>';

/**
 * Asks `docker-credential-<helper>` for a registry's credential; undefined when it holds none. What the helper prints is a
 * secret, so errors never quote it. https://github.com/docker/docker-credential-helpers
 */
export async function askHelper(
  helper: string,
  server: string,
  timeoutMs: number,
): Promise<Credential | undefined> {
  if (!/^[\w.-]+$/.test(helper)) throw new Error('a credential helper has an impossible name');
  const program = `docker-credential-${helper}`;
  const { code, output } = await run(program, server, timeoutMs);
  if (code === 0) return parseAnswer(output, program);
  if (/credentials not found|no credentials/i.test(output)) return undefined;
  throw new Error(`${program} failed (exit code ${code}): run it by hand to see why`);
}

async function run(program: string, input: string, timeoutMs: number) {
  const child = spawn(program, ['get'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    signal: AbortSignal.timeout(timeoutMs),
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(helperError(program, error)));
    child.once('close', resolve);
  });
  // A helper may end without reading; then its exit code tells what happened.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code, output] = await Promise.all([ended, text(child.stdout)]);
  return { code, output };
}

function helperError(program: string, error: Error): Error {
  if ('code' in error && error.code === 'ENOENT') {
    return new Error(`${program} is not installed: install it, or remove it from config.json`);
  }
  if (error.name === 'AbortError') return new Error(`${program} did not answer in time`);
  return new Error(`${program} could not be run`);
}

function parseAnswer(output: string, program: string): Credential | undefined {
  try {
    const { Username, Secret } = JSON.parse(output) as { Username?: string; Secret?: string };
    if (!Username || !Secret) return undefined;
    return Username === tokenUser
      ? { identityToken: Secret }
      : { username: Username, password: Secret };
  } catch {
    throw new Error(`${program} gave no JSON`);
  }
}
