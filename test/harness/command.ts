import { spawn } from 'node:child_process';
import { systemEnvironment } from './environment.ts';

export interface CommandOptions {
  /** milliseconds after which the command and its children are killed */
  within: number;
  input?: string;
  env?: NodeJS.ProcessEnv;
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

const OUTPUT_SHOWN = 2000;

/** Runs a program to its end and returns what it said, whatever its exit code. A program that cannot be started has code 127. */
export function tryCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  const child = spawn(program, args, {
    env: options.env ?? systemEnvironment(),
    // A group of its own, so that a time limit ends its children too.
    detached: true,
    stdio: 'pipe',
  });
  let stdout = '';
  let stderr = '';
  const timer = setTimeout(() => {
    stderr += `\nstopped after ${options.within / 1000} s`;
    if (child.pid !== undefined) killGroup(child.pid);
  }, options.within);
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  child.on('error', (error) => {
    clearTimeout(timer);
    resolve({ code: 127, stdout, stderr: error.message });
  });
  child.on('close', (code) => {
    clearTimeout(timer);
    resolve({ code: code ?? 137, stdout, stderr });
  });
  return promise;
}

/** Runs a program that must succeed and returns its stdout; an error shows the end of what it said. */
export async function command(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const result = await tryCommand(program, args, options);
  if (result.code !== 0) {
    const said = `${result.stdout}\n${result.stderr}`.trim().slice(-OUTPUT_SHOWN);
    throw new Error(`"${program} ${args.join(' ')}" failed with code ${result.code}:\n${said}`);
  }
  return result.stdout;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself in the meantime.
  }
}
