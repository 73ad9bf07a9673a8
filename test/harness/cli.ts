import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { tryCommand } from './command.ts';

const CLI_WITHIN = 120_000;

export interface CliTarget {
  /** the node's tcp URL */
  host: string;
  /** the node's container on the outer Engine */
  container: Docker.Container;
}

/**
 * Runs the docker CLI against a node and returns its stdout: the machine's own CLI, or the node's inside its container where the
 * machine has none (or has no such plugin).
 */
export async function dockerCli(target: CliTarget, args: readonly string[]): Promise<string> {
  const own = await tryCommand('docker', ['--host', target.host, ...args], {
    within: CLI_WITHIN,
    // Contexts and credentials of whoever runs the tests stay out of them.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DOCKER_CONFIG: '/nonexistent' },
  });
  const result = own.code === 127 ? await runInside(target.container, ['docker', ...args]) : own;
  if (result.code !== 0) {
    throw new Error(
      `"docker ${args.join(' ')}" failed: ${(result.stderr || result.stdout).trim()}`,
    );
  }
  return result.stdout;
}

/** Runs a program inside a container. */
export async function runInside(
  container: Docker.Container,
  command: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  container.modem.demuxStream(stream, stdout, stderr);
  stream.on('close', () => [stdout, stderr].forEach((output) => output.end()));
  const [out, err] = await Promise.all([text(stdout), text(stderr)]);
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? 1, stdout: out, stderr: err };
}
