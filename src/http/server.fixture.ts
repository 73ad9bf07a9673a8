import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { aNode, aSwarm } from '../../test/unit/world.ts';
import type { Clock } from '../reconcile/clock.ts';
import { joinAnswer } from '../tokens/join-answer.ts';
import type { Auth } from './auth.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { fixtureOperator } from './operator.fixture.ts';
import { fixtureNow } from './state.fixture.ts';
import type { FixtureOperator } from './operator.fixture.ts';
import type { App, HowToJoin } from './route-context.ts';
import { buildServer } from './server.ts';
import type { ServerOptions } from './server.ts';

export type TestServer = {
  app: App;
  operator: FixtureOperator;
  metrics: Metrics;
  clock: HandClock;
  logged: string[];
};

/** A clock that stands still until `tick`. */
export type HandClock = Clock & { tick(): void };

export function handClock(): HandClock {
  let wake: (() => void)[] = [];
  return {
    now: () => fixtureNow,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        wake.push(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    tick() {
      const sleepers = wake;
      wake = [];
      for (const resolve of sleepers) resolve();
    },
  };
}

/** Of a Swarm with one manager. */
export const howToJoin: HowToJoin = async (role, advertise) => {
  const status = { Reachability: 'reachable', Leader: true, Addr: '10.0.0.2:2377' };
  const manager = aNode('m1', { Role: 'manager' }, { ManagerStatus: status });
  return joinAnswer(role, aSwarm(), [manager], advertise);
};

export const tokens: Auth = {
  tokens: [
    { token: 'reader-token', scopes: ['read'], name: 'grafana' },
    { token: 'operator-token', scopes: ['operate'] },
    { token: 'admin-token', scopes: ['admin'], name: 'ann' },
    { token: 'join-token', scopes: ['join'] },
  ],
};

/** A server on the fixture's data that is closed when the test is over. */
export function testServer(options: Partial<ServerOptions> = {}): TestServer {
  const operator = fixtureOperator();
  const metrics = createMetrics('0.1.0');
  const clock = handClock();
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const listen = '127.0.0.1:7420';
  const app = buildServer({
    operator,
    metrics,
    clock,
    auth: null,
    listen,
    log,
    version: '0.1.0',
    ...options,
  });
  onTestFinished(() => app.close());
  return { app, operator, metrics, clock, logged };
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}
