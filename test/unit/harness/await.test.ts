import { expect, test } from 'vitest';
import { eventually } from '../../harness/await.ts';
import { currentRunId, runState } from '../../harness/run-id.ts';

test('returns the first value that counts, past errors and empty values', async () => {
  const answers = [
    () => {
      throw new Error('not there yet');
    },
    () => undefined,
    () => 'ready',
    () => 'too late',
  ];
  const check = () => answers.shift()?.();
  await expect(eventually(check, { what: 'it', within: 2000, every: 1 })).resolves.toBe('ready');
});

test('tells what it waited for and what it saw last when it gives up', async () => {
  const refused = () => Promise.reject(new Error('connection refused'));
  await expect(eventually(refused, { what: 'an answer', within: 30, every: 1 })).rejects.toThrow(
    'gave up on "an answer" after 30 ms; the last error was: connection refused',
  );
  await expect(eventually(() => 0, { what: 'a task', within: 30, every: 1 })).rejects.toThrow(
    'gave up on "a task" after 30 ms; the last value was 0',
  );
});

test('gives up in time on a check that never ends', async () => {
  const stuck = () => new Promise<boolean>(() => {});
  await expect(eventually(stuck, { what: 'nothing', within: 30 })).rejects.toThrow(
    'no answer within',
  );
});

test('a run is alive as long as its process; one of another machine is unknown', () => {
  const own = currentRunId();
  const [machine, pid, started] = own.split('.');
  expect(runState(own)).toBe('alive');
  expect(runState(`${machine}.${pid}.${Number(started) - 1}`)).toBe('dead');
  expect(runState(`${machine}.99999999.1`)).toBe('dead');
  expect(runState(`elsewhere.${pid}.${started}`)).toBe('unknown');
});
