import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from './await.ts';

export type SkepOptions = {
  host: string;
  desired: string;
  data: string;
  listen: string;
  log: string;
  /** more settings, as SKEP_… variables */
  settings?: Record<string, string>;
};
export type SkepProcess = {
  pid: number;
  url: string;
  get<T>(path: string): Promise<T>;
  /** POSTs without a body; resolves with the status and the JSON that came. */
  post(path: string): Promise<{ status: number; body: unknown }>;
  /** Sends a signal, and waits for nothing. */
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Waits for its end; resolves with its exit code. */
  exit(): Promise<number | null>;
  /** Ends it as a supervisor would; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
};

const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url));

/** Starts the real daemon as a process of its own and waits until it serves. */
export async function startSkep(options: SkepOptions): Promise<SkepProcess> {
  const args = ['serve', '--host', options.host, '--desired', options.desired];
  args.push('--data', options.data, '--listen', options.listen, '--resolve-image', 'never');
  const child = spawn(process.execPath, [bin, ...args], {
    // A Ctrl-C at the terminal is for the demo, which then stops Skep itself.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.settings },
  });
  child.stdout?.pipe(createWriteStream(options.log));
  const url = `http://${options.listen}`;
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${url}${path}`);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
    return (await answer.json()) as T;
  };
  const post: SkepProcess['post'] = async (path) => {
    const answer = await fetch(`${url}${path}`, { method: 'POST' });
    return { status: answer.status, body: await answer.json() };
  };
  const signal: SkepProcess['signal'] = (name) => void child.kill(name);
  const exited = once(child, 'exit');
  const exit: SkepProcess['exit'] = async () => ((await exited) as [number | null])[0];
  async function end(name: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) child.kill(name);
    return await exit();
  }
  const stop = () => end('SIGTERM');
  const kill = async () => void (await end('SIGKILL'));
  try {
    await eventually(() => child.exitCode === null && get('/api/v1/status'), {
      what: `Skep to serve at ${url}`,
      within: 30_000,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, url, get, post, signal, exit, stop, kill };
}
