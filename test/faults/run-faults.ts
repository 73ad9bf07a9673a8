import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { FaultSummary } from './fault-summary.ts';

// Every test of a fault and a short soak, with a summary at the end: `npm run test:faults [files]`

const config = fileURLToPath(new URL('../vitest.config.ts', import.meta.url));
const asked = process.argv.slice(2);
const files =
  asked.length > 0
    ? asked
    : ['test/faults', 'test/lease', 'test/behaviours/roles.test.ts', 'test/soak'];
process.env['SKEP_SOAK_MINUTES'] ??= '2';
process.env['SKEP_TEST_DEATHS'] ??= 'every';
const vitest = await startVitest('test', files, {
  config,
  project: 'swarm',
  watch: false,
  reporters: ['default', new FaultSummary()],
});
await vitest.close();
