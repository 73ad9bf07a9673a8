import type { Engine } from './engine.ts';
import { EngineError, isEngineError } from './errors.ts';
import { streamEvents } from './events.ts';
import { parseHost, type Tls } from './parse-host.ts';
import { makeReads, type Call } from './reads.ts';
import { openTransport, type CallReport, type Transport } from './transport.ts';
import { makeWrites } from './writes.ts';

export type ConnectOptions = {
  /** As in `DOCKER_HOST`. */
  host: string;
  /** For each call; an Engine whose leader died answers after up to 20 s. */
  timeoutMs?: number;
  tls?: Tls;
  /** Told of every call that ended, by its route's template. */
  onCall?: (call: CallReport) => void;
  /** Called right before anything is sent that changes something; what it throws keeps the call back. */
  beforeWrite?: ((method: string) => void) | undefined;
  /** How long the event stream may be silent before the Engine is asked for a sign of life. */
  quietMs?: number;
};

/** Service status and jobs came with this one (Engine 20.10). */
const lowestVersion = '1.41';
/** The highest that the tests ran against: what a later one adds would be dropped from specs unseen. */
const highestVersion = '1.51';

type Server = { apiVersion: string; engineVersion: string };

/**
 * Connects to an Engine and agrees on an API version. Throws an `Error` for an address that cannot be used, and an
 * `EngineError` when the Engine does not answer or is too old or too new.
 */
export async function connectEngine(options: ConnectOptions): Promise<Engine> {
  const { timeoutMs = 30_000, quietMs = 30_000, onCall, beforeWrite } = options;
  const transport = await openTransport(parseHost(options.host, options.tls), {
    timeoutMs,
    onCall,
  });
  let server = await negotiate(transport).catch((error: unknown) => {
    transport.close();
    throw error;
  });

  /** An Engine that was upgraded or downgraded meanwhile refuses before it acts, so the call may be made again. */
  const call: Call = async (request) => {
    if (request.method !== 'GET') beforeWrite?.(request.method);
    try {
      return await transport.call(request, server.apiVersion);
    } catch (error) {
      if (!isEngineError(error, 'version')) throw error;
      server = await negotiate(transport);
      return transport.call(request, server.apiVersion);
    }
  };
  const reads = makeReads(call);

  return {
    get apiVersion() {
      return server.apiVersion;
    },
    get engineVersion() {
      return server.engineVersion;
    },
    ...reads,
    ...makeWrites(call),
    events: (signal) =>
      streamEvents(transport, server.apiVersion, { signal, quietMs, alive: reads.ping }),
    close: () => transport.close(),
  };
}

type VersionAnswer = { Version: string; ApiVersion: string; MinAPIVersion?: string };

async function negotiate(transport: Transport): Promise<Server> {
  const answer = (await transport.call({ method: 'GET', route: '/version' })) as VersionAnswer;
  return {
    apiVersion: chooseVersion(answer),
    engineVersion: answer.Version,
  };
}

/** The highest API version that both know. */
export function chooseVersion(answer: VersionAnswer): string {
  const engine = `Engine ${answer.Version} (API ${answer.MinAPIVersion ?? ''}–${answer.ApiVersion})`;
  if (compareVersions(answer.ApiVersion, lowestVersion) < 0) {
    throw new EngineError(`${engine} is too old: upgrade it to 20.10 (API ${lowestVersion})`, {
      class: 'version',
    });
  }
  if (compareVersions(answer.MinAPIVersion ?? '1.0', highestVersion) > 0) {
    throw new EngineError(
      `${engine} is too new: lower its min-api-version to ${highestVersion}, or upgrade Skep`,
      { class: 'version' },
    );
  }
  return compareVersions(answer.ApiVersion, highestVersion) < 0
    ? answer.ApiVersion
    : highestVersion;
}

function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
