import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Answer = { status: number; headers?: Record<string, string> } | 'hang';
export type Received = {
  path: string;
  id: string;
  body: { type: string; timestamp: string; data: Record<string, string> };
  /** Whether it is signed with this receiver's secret, as https://www.standardwebhooks.com has it. */
  signed: boolean;
};

/** A server that takes webhooks, and answers as it is told to: 204 when nothing is left to say. */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly answers: Answer[] = [];
  readonly key = randomBytes(32);
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the secret file holds. */
  get secret(): string {
    return `whsec_${this.key.toString('base64')}`;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = this.answers.shift() ?? { status: 204 };
    const body = await text(request);
    const header = (name: string) => String(request.headers[`webhook-${name}`]);
    const signed = createHmac('sha256', this.key)
      .update(`${header('id')}.${header('timestamp')}.${body}`)
      .digest('base64');
    this.received.push({
      path: request.url ?? '',
      id: header('id'),
      body: JSON.parse(body) as Received['body'],
      signed: header('signature').split(' ').includes(`v1,${signed}`),
    });
    if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
