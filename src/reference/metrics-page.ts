import type { Metrics } from '../http/metrics.ts';
import { markdownTable, page } from './markdown.ts';

export async function metricsPage(metrics: Metrics): Promise<string> {
  const { body } = await metrics.read();
  const found = [...body.matchAll(/^# HELP (skep_\S+) (.*)\n# TYPE \S+ (\S+)$/gm)];
  return page(
    'Metrics',
    '`/metrics` serves them for Prometheus, beside those of Node (`nodejs_…`, `process_…`). The series of a unit go when the unit goes.',
    markdownTable(
      ['metric', 'type', 'meaning'],
      found.map(([, name = '', help = '', type = '']) => [`\`${name}\``, type, help]),
    ),
  );
}
