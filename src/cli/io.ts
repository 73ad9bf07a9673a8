import type { Environment } from '../config/read-settings.ts';
import { processEnvironment } from '../config/process-environment.ts';

/** What a command may touch of its process. */
export type Io = {
  environment: Environment;
  out(text: string): void;
  err(text: string): void;
  /** Colour and redrawing are for people at a terminal only. */
  colour: boolean;
  interactive: boolean;
  /** Ends the process without waiting for anything. */
  exitNow(code: number): void;
  /** Calls back at the first and every further SIGINT or SIGTERM; returns how to stop listening. */
  onStop(callback: (signal: NodeJS.Signals) => void): () => void;
};

export function processIo(): Io {
  const environment = processEnvironment();
  // A pipe that closes early (| head) is the reader's right, not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    environment,
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    colour: process.stdout.isTTY && !environment.NO_COLOR,
    interactive: process.stdout.isTTY,
    exitNow: (code) => process.exit(code),
    onStop: listenForStop,
  };
}

function listenForStop(callback: (signal: NodeJS.Signals) => void): () => void {
  process.on('SIGINT', callback).on('SIGTERM', callback);
  return () => void process.off('SIGINT', callback).off('SIGTERM', callback);
}
