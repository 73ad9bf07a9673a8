import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../await.ts';
import { withLock } from './lock.ts';

const possible = process.getuid?.() === 0 && existsSync('/usr/bin/flock');
const module = new URL('lock.ts', import.meta.url).pathname;

test.skipIf(!possible)(
  'a second holder waits and says so; one that failed lets it go',
  async () => {
    const said: string[] = [];
    const log = (line: string) => void said.push(line);
    const order: string[] = [];
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const first = withLock('self-test', log, 20_000, async () => {
      order.push('first');
      await end;
      throw new Error('the first one failed');
    });
    await eventually(() => order.length === 1, { what: 'the first holder', within: 5000 });
    const second = withLock('self-test', log, 20_000, async () => void order.push('second'));
    await eventually(() => said.length === 1, { what: 'word of the waiting one', within: 10_000 });
    expect(order).toEqual(['first']);

    resolve();
    await expect(first).rejects.toThrow('the first one failed');
    await second;
    expect(order).toEqual(['first', 'second']);
    expect(said[0]).toContain('another run holds the lock "self-test"');
  },
);

test.skipIf(!possible)('the lock of a killed process is free', async () => {
  const script = `
    const { withLock } = await import(${JSON.stringify(module)});
    await withLock('self-test-killed', console.log, 20_000, () => {
      console.log('holding');
      return new Promise(() => setInterval(() => {}, 1000));
    });`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  let said = '';
  holder.stdout.on('data', (text: Buffer) => (said += text));
  await eventually(() => said.includes('holding'), { what: 'the lock held', within: 20_000 });

  holder.kill('SIGKILL');
  await expect(
    withLock(
      'self-test-killed',
      () => {},
      10_000,
      async () => 'mine',
    ),
  ).resolves.toBe('mine');
});
