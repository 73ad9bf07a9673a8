import { expect, test } from 'vitest';
import { LockProbe } from './lock-probe.ts';
import type { Target } from './targets.ts';

const target = (path: string): Target => ({
  subject: 'unlock-key',
  way: 'file',
  path,
  label: path,
  key: path,
});
const [disk, memory] = [target('/disk'), target('/memory')];
const exactly = () => 0.5;

test('a key can be handed over when all take it and one keeps it', () => {
  const probe = new LockProbe();
  expect(probe.verdict([])).toBeUndefined();
  expect(probe.verdict([memory])).toBeUndefined();
  probe.passed(memory, false, 0);
  expect(probe.verdict([memory])).toMatch(/^\/memory is in memory/);
  expect(probe.verdict([memory, disk])).toBeUndefined();
  probe.failed(disk, 'EROFS', 0, exactly);
  expect(probe.verdict([memory, disk])).toBe('/disk: EROFS');
  probe.passed(disk, true, 1_000);
  expect(probe.verdict([memory, disk])).toBe(true);
});

test('what fails is tried again ever later; what passed counts for a while, and is then tried again', () => {
  const probe = new LockProbe();
  expect(probe.due([disk], 0)).toEqual([disk]);
  probe.failed(disk, 'EROFS', 0, exactly);
  expect([probe.due([disk], 999), probe.nextAt([disk])]).toEqual([[], 1_000]);
  probe.failed(disk, 'EROFS', 1_000, exactly);
  expect(probe.nextAt([disk])).toBe(3_000);
  probe.passed(disk, true, 3_000);
  expect(probe.due([disk], 200_000)).toEqual([]);
  expect(probe.due([disk], 303_000)).toEqual([disk]);
  probe.forget();
  expect(probe.verdict([disk])).toBeUndefined();
});
