import { once } from 'node:events';
import { openHistory } from './open-history.ts';

/** Run as a process of its own: gets into the middle of a write, says so, and waits to be killed. */
const [file = '', migrations = ''] = process.argv.slice(2);
const history = openHistory({ file, migrations, clock: { now: () => 1 } });
const run = history.startRun({ unit: 'shop', trigger: 'files', revision: 'r1', at: 10 });
const done = history.startChange(run, {
  kind: 'network',
  name: 'shop_default',
  action: 'create',
  reason: 'not there',
  changes: [],
  at: 11,
});
history.finishChange(done, { at: 12, result: 'done' });
history.startChange(run, {
  kind: 'service',
  name: 'shop_web',
  action: 'update',
  reason: 'image differs',
  changes: [{ path: 'TaskTemplate.ContainerSpec.Image', from: 'web:1', to: 'web:2' }],
  at: 13,
});
process.stdout.write(`${run}\n`);
await once(process.stdin, 'end');
