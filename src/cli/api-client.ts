import { CliError } from './command.ts';
import type { Context } from './command.ts';

/** Asks the running Skep at `--server`; its problem+json answers become errors a person can read. */
export async function askServer<T>(
  context: Context,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await send(context, method, path, body);
  const text = await response.text();
  if (!response.ok) throw new CliError(problemText(response.status, text));
  return JSON.parse(text) as T;
}

async function send(context: Context, method: string, path: string, body: unknown) {
  const { server, token } = context.settings;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await fetch(new URL(path, server), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(120_000),
    });
  } catch (error) {
    throw new CliError(
      `no Skep answers at ${server} (${reason(error)}). Is "skep serve" running there? Set --server or SKEP_SERVER.`,
    );
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}

function problemText(status: number, text: string): string {
  try {
    const problem = JSON.parse(text) as { title?: string; detail?: string; code?: string };
    const hint = status === 401 ? ' Set --token or SKEP_TOKEN.' : '';
    return `${problem.detail ?? problem.title ?? `the server answered ${status}`}${problem.code ? ` (${problem.code})` : ''}${hint}`;
  } catch {
    return `the server answered ${status}`;
  }
}
