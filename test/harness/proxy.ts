import { once } from 'node:events';
import { createServer, connect as connectTcp } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './await.ts';
import { RequestReader } from './request-reader.ts';

export interface RecordedRequest {
  method: string;
  /** without the API version: `/services/create?name=web` */
  path: string;
  /** the fault it met, if one */
  fault?: Fault['kind'];
  /** the Engine has begun to answer a request that met `mute` */
  answered?: true;
}

/** What happens to requests that match. */
export interface Fault {
  method?: string | RegExp;
  /** matched against the path without the API version */
  path?: RegExp;
  /**
   * `error`: answered 500, and never reaches the Engine; `cut`: reaches the Engine, but the connection is cut at the first byte
   * of its answer; `hold`: kept back until the rule is lifted; `mute`: reaches the Engine, and its answer is kept back until then;
   * `repeat`: what the Engine sends in one go arrives a thousand times, but for its head; `slow`: reaches the Engine after `afterMs`.
   */
  kind: 'error' | 'cut' | 'hold' | 'mute' | 'repeat' | 'slow';
  afterMs?: number;
  /** how many requests it meets; all by default */
  times?: number;
}

/** Ends a fault; requests held by it go on. */
export type LiftFault = () => void;

interface ActiveFault {
  fault: Fault;
  left: number;
  lifted: Promise<void>;
}

interface Meeting {
  kind: Fault['kind'];
  request: RecordedRequest;
  lifted: Promise<void>;
}

/**
 * A proxy in front of an Engine's tcp port that records what is asked and can be told to misbehave. Bytes pass as they are, so
 * streams and hijacked connections work.
 */
export class RecordingProxy {
  /** every request so far, in the order they came */
  readonly requests: RecordedRequest[] = [];
  /** the tcp URL to use in place of the Engine's */
  readonly host: string;
  readonly #faults = new Set<ActiveFault>();
  readonly #sockets: Set<Socket>;
  readonly #end: () => Promise<void>;

  private constructor(host: string, sockets: Set<Socket>, end: () => Promise<void>) {
    this.host = host;
    this.#sockets = sockets;
    this.#end = end;
  }

  /** Starts a proxy in front of an Engine at a tcp URL. */
  static async start(engineHost: string): Promise<RecordingProxy> {
    const { hostname, port } = new URL(engineHost.replace(/^tcp:/, 'http:'));
    const sockets = new Set<Socket>();
    // A hijacked connection is closed one direction at a time.
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const engine = connectTcp({ port: Number(port), host: hostname, allowHalfOpen: true });
      for (const socket of [client, engine]) track(socket, sockets);
      proxy.#join(client, engine);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const proxy = new RecordingProxy(host, sockets, async () => {
      server.close();
      await once(server, 'close');
    });
    return proxy;
  }

  /** The requests that could change something. With the version 0, which no object has, the Engine can only answer. */
  writes(): RecordedRequest[] {
    return this.requests.filter(
      ({ method, path }) => method !== 'GET' && method !== 'HEAD' && !path.endsWith('?version=0'),
    );
  }

  /** Waits until nothing more is asked, also not by one that has connected just now. */
  async quiet(): Promise<void> {
    let seen = { count: 0, at: 0 };
    await eventually(
      () => {
        const { length: count } = this.requests;
        if (count !== seen.count) seen = { count, at: performance.now() };
        return performance.now() - seen.at > 700;
      },
      { what: 'quiet', within: 15_000 },
    );
  }

  /** From now on matching requests meet a fault, until it is lifted or has met as many as it should. */
  fault(fault: Fault): LiftFault {
    const { promise: lifted, resolve: lift } = Promise.withResolvers<void>();
    const active: ActiveFault = { fault, left: fault.times ?? Infinity, lifted };
    this.#faults.add(active);
    return () => {
      this.#faults.delete(active);
      lift();
    };
  }

  /** Cuts every connection there is now; new ones are taken. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    await this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #join(client: Socket, engine: Socket): void {
    let cut = false;
    let muted: Meeting | undefined;
    let copies = 1;
    const reader = new RequestReader();
    engine.on('data', (bytes: Buffer) => {
      if (cut) return client.resetAndDestroy();
      const times = bytes.subarray(0, 5).toString() === 'HTTP/' ? 1 : copies;
      const pass = () => {
        if (client.destroyed) return;
        const sent = client.write(times === 1 ? bytes : Buffer.concat(Array(times).fill(bytes)));
        if (!sent) pauseUntilDrained(engine, client);
      };
      if (muted === undefined) return pass();
      muted.request.answered = true;
      engine.pause();
      void muted.lifted.then(() => {
        muted = undefined;
        pass();
        engine.resume();
      });
    });
    engine.on('end', () => client.end());
    engine.on('error', () => client.destroy());
    client.on('close', () => engine.destroy());
    let turn = Promise.resolve();
    client.on('end', () => void turn.then(() => engine.end()));
    client.on('data', (bytes: Buffer) => {
      client.pause();
      turn = turn.then(async () => {
        for (const { bytes: part, request } of reader.read(bytes)) {
          const met = request === undefined ? undefined : await this.#meet(request);
          if (met?.kind === 'error') return refuse(client, engine);
          if (met?.kind === 'cut') cut = true;
          if (met?.kind === 'mute') muted = met;
          if (met?.kind === 'repeat') copies = 1_000;
          if (!engine.destroyed && !engine.write(part)) await drained(engine);
        }
        client.resume();
      });
    });
  }

  /** Records a request, waits while a fault holds it, and returns the fault it meets. */
  async #meet(request: RecordedRequest): Promise<Meeting | undefined> {
    this.requests.push(request);
    const active = [...this.#faults].find(({ fault }) => matches(fault, request));
    if (active === undefined) return undefined;
    request.fault = active.fault.kind;
    active.left -= 1;
    if (active.left === 0) this.#faults.delete(active);
    const { fault, lifted } = active;
    if (fault.kind === 'hold') await lifted;
    if (fault.kind === 'slow') await Promise.race([lifted, pause(fault.afterMs)]);
    return { kind: fault.kind, request, lifted };
  }
}

function matches(fault: Fault, request: RecordedRequest): boolean {
  return (
    (fault.method === undefined || new RegExp(fault.method).test(request.method)) &&
    (fault.path === undefined || fault.path.test(request.path))
  );
}

const BODY = JSON.stringify({ message: 'a fault injected by a test' });
const REFUSAL = [
  'HTTP/1.1 500 Internal Server Error',
  'Content-Type: application/json',
  `Content-Length: ${BODY.length}`,
  'Connection: close',
  '',
  BODY,
].join('\r\n');

function refuse(client: Socket, engine: Socket): void {
  engine.destroy();
  client.end(REFUSAL);
  // What else the client sends is read and dropped, or it would see a reset instead of the answer.
  client.resume();
}

function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
}

function pauseUntilDrained(source: Socket, target: Socket): void {
  source.pause();
  target.once('drain', () => source.resume());
}

async function drained(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of ['drain', 'close']) socket.once(event, () => resolve());
  await promise;
}
