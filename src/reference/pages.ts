import { pino } from 'pino';
import { createMetrics } from '../http/metrics.ts';
import { fixtureOperator } from '../http/operator.fixture.ts';
import { buildServer } from '../http/server.ts';
import { systemClock } from '../reconcile/system-clock.ts';
import { jsonSchema } from '../spec/compose/json-schema.ts';
import { apiPage } from './api-page.ts';
import type { OpenApi } from './api-page.ts';
import { conditionsPage } from './conditions-page.ts';
import { commandsPage } from './commands-page.ts';
import { filesPage } from './files-page.ts';
import { metricsPage } from './metrics-page.ts';
import { settingsPage } from './settings-page.ts';

/** The reference by file name, made from what the program itself uses. */
export async function referencePages(): Promise<Record<string, string>> {
  const metrics = createMetrics('0.0.0');
  const schema = jsonSchema();
  return {
    'settings.md': settingsPage(),
    'commands.md': commandsPage(),
    'files.md': filesPage(schema),
    'conditions.md': conditionsPage(),
    'api.md': apiPage(await openApi(metrics)),
    'metrics.md': await metricsPage(metrics),
    'skep.schema.json': `${JSON.stringify(schema, null, 2)}\n`,
  };
}

async function openApi(metrics: ReturnType<typeof createMetrics>): Promise<OpenApi> {
  const server = buildServer({
    operator: fixtureOperator(),
    metrics,
    auth: null,
    listen: '127.0.0.1:0',
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    clock: systemClock,
    howToJoin: () => Promise.reject(new Error('only described here')),
  });
  const answer = await server.inject({ url: '/openapi.json', headers: { host: '127.0.0.1' } });
  await server.close();
  return answer.json<OpenApi>();
}
