import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';

import { answerError, connectionError, EngineError } from './errors.ts';
import type { Endpoint } from './parse-host.ts';

/** One call. `{…}` in the route is replaced from `params`; metrics and errors see the route only. */
export type EngineRequest = {
  method: 'GET' | 'POST' | 'DELETE';
  route: string;
  params?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: object;
  registryAuth?: string | undefined;
};

/** `status` is 0 when no whole answer came; `ms` is the time until it did. */
export type CallReport = { method: string; route: string; status: number; ms: number };

export type Transport = {
  /** The answer's JSON (undefined when it is empty), within the time limit. `version` is for example `1.51`. */
  call(request: EngineRequest, version?: string): Promise<unknown>;
  /** The answer as it comes, without a time limit once it began; the signal ends it. */
  open(request: EngineRequest, version: string, signal: AbortSignal): Promise<IncomingMessage>;
  close(): void;
};

type Dial = (
  options: {
    path: string;
    method: string;
    headers: Record<string, string>;
    options: { _query: object; _body: object };
    statusCodes: Record<number, true>;
    isStream: true;
    abortSignal: AbortSignal;
  },
  callback: (error: Error | null, response: IncomingMessage) => void,
) => void;

/** So many that hung calls of one unit never keep those of another from being sent. */
const sockets = 256;

/** All answers come to us, so that errors are read and classified in one place. */
const statusCodes = Object.fromEntries(
  Array.from({ length: 500 }, (_, index) => [index + 100, true as const]),
);

/**
 * The one place that speaks HTTP with an Engine. It uses dockerode's dial alone: dockerode's own methods put bodies, secrets
 * among them, into URLs as well (`_query` and `_body` keep them apart), and its promises never settle when an answer
 * is cut, which reading the stream here does notice.
 */
export async function openTransport(
  endpoint: Endpoint,
  options: { timeoutMs: number; onCall?: ((call: CallReport) => void) | undefined },
): Promise<Transport> {
  const calls = makeAgent(endpoint, { keepAlive: true, maxSockets: sockets });
  const streams = makeAgent(endpoint, { keepAlive: false });
  const dialCall = await makeDial(endpoint, calls);
  const dialStream = await makeDial(endpoint, streams);

  const closed = new AbortController();

  async function within<T>(
    dial: Dial,
    request: EngineRequest,
    version: string | undefined,
    read: (response: IncomingMessage) => T | Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const name = `${request.method} ${request.route}`;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), options.timeoutMs);
    try {
      const signals = [limit.signal, closed.signal, ...(signal ? [signal] : [])];
      const response = await send(dial, request, version, AbortSignal.any(signals));
      const status = response.statusCode ?? 0;
      if (status >= 300) throw answerError(status, await text(response), name);
      return await read(response);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      if (limit.signal.aborted) dropIdle(calls);
      const cause = limit.signal.aborted ? tooSlow(options.timeoutMs) : error;
      throw connectionError(cause, endpoint.host, name);
    } finally {
      clearTimeout(timer);
    }
  }

  async function call(request: EngineRequest, version?: string): Promise<unknown> {
    const { method, route } = request;
    const started = performance.now();
    let status = 0;
    try {
      return await within(dialCall, request, version, async (response) => {
        const answer = parseAnswer(await text(response), response.headers['content-type']);
        status = response.statusCode ?? 0;
        return answer;
      });
    } catch (error) {
      if (error instanceof EngineError) status = error.status;
      throw error;
    } finally {
      options.onCall?.({ method, route, status, ms: performance.now() - started });
    }
  }

  function open(
    request: EngineRequest,
    version: string,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    return within(dialStream, request, version, (response) => response, signal);
  }

  function close(): void {
    closed.abort();
    calls.destroy();
    streams.destroy();
  }

  return { call, open, close };
}

function send(
  dial: Dial,
  request: EngineRequest,
  version: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const query = definedOnly(request.query ?? {});
  const path = `${version ? `/v${version}` : ''}${fillRoute(request)}`;
  return new Promise((resolve, reject) => {
    dial(
      {
        // The dial takes `_query` only behind a question mark, and cuts the path's last character without one.
        path: Object.keys(query).length > 0 ? `${path}?` : path,
        method: request.method,
        headers: request.registryAuth ? { 'X-Registry-Auth': request.registryAuth } : {},
        options: { _query: query, _body: request.body ?? {} },
        statusCodes,
        isStream: true,
        abortSignal: signal,
      },
      (error, response) => (error ? reject(error) : resolve(response)),
    );
  });
}

function fillRoute(request: EngineRequest): string {
  return request.route.replace(/\{(\w+)\}/g, (_, name: string) =>
    // An image's slashes stand in the path as they are.
    (request.params?.[name] ?? '').split('/').map(encodeURIComponent).join('/'),
  );
}

function definedOnly(query: NonNullable<EngineRequest['query']>): object {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

function parseAnswer(body: string, contentType = ''): unknown {
  if (!contentType.startsWith('application/json') || body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own message would quote the answer, which may hold a join token.
    throw new Error('the answer is no JSON');
  }
}

function tooSlow(timeoutMs: number): Error {
  return new Error(`not within ${timeoutMs} ms`);
}

/** Where one connection has died without a word, those that are kept for later have died with it. */
function dropIdle({ freeSockets }: HttpAgent): void {
  for (const socket of Object.values(freeSockets).flatMap((idle) => idle ?? [])) socket.destroy();
}

type AgentOptions = { keepAlive: boolean; maxSockets?: number };

function makeAgent(endpoint: Endpoint, options: AgentOptions): HttpAgent {
  const agent =
    endpoint.protocol === 'https'
      ? new HttpsAgent({ ...options, ...endpoint.tls })
      : new HttpAgent(options);
  // The dial describes its options for a debug log at every call, logged or not: an agent with its sockets takes longer to
  // describe than the call takes.
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' });
}

/** dockerode is slow to load (ssh, gRPC), so it is loaded when an Engine is first wanted. */
async function makeDial(endpoint: Endpoint, agent: HttpAgent): Promise<Dial> {
  const { default: Docker } = await import('dockerode');
  // Everything is named, since what is missing would come from DOCKER_HOST and its relatives.
  const options = {
    socketPath: endpoint.socketPath,
    host: endpoint.hostname,
    port: endpoint.port,
    protocol: endpoint.protocol,
    pathPrefix: '/',
    ca: endpoint.tls?.ca,
    cert: endpoint.tls?.cert,
    key: endpoint.tls?.key,
    timeout: undefined,
    agent,
  };
  const { modem } = new Docker(options) as unknown as { modem: { dial: Dial } };
  return (dialOptions, callback) => modem.dial(dialOptions, callback);
}
