import { expect, test } from 'vitest';
import type { Maintenance } from '../spec/cluster.ts';
import { convertUnit } from './convert-unit.ts';
import { clusterUnitSpec } from './unit.fixture.ts';

const minutes = 60_000_000_000;

function found(maintenance: Maintenance) {
  const unit = clusterUnitSpec({}, { cluster: { nodes: { w1: { maintenance } } } });
  return convertUnit(unit).diagnostics.map(({ code, place, remedy }) => ({
    code,
    depth: place?.line,
    remedy,
  }));
}

test.each([
  ['0 3 * * *', 23 * 60],
  ['0 3 * * 1', 6 * 24 * 60],
  ['*/10 * * * *', 9],
  ['0 3 29 2 *', 24 * 60],
])('a window of "%s" that lasts %i minutes is over in time', (cron, length) => {
  expect(found({ cron, for: length * minutes })).toEqual([]);
});

test.each([
  ['0 3 * * *', undefined, 24 * 60, '1440m'],
  ['0 3 * * 1,2', undefined, 30 * 60, '1440m'],
  ['*/10 * * * *', undefined, 10, '10m'],
  // The day on which the clocks are put forward.
  ['0 3 * * *', 'Europe/Berlin', 23 * 60 + 30, '1380m'],
])('a window of "%s" (%s) that lasts %i minutes is refused', (cron, timezone, length, most) => {
  const zone = timezone === undefined ? {} : { timezone };
  expect(found({ cron, ...zone, for: length * minutes })).toEqual([
    { code: 'endless-maintenance', depth: 4, remedy: expect.stringContaining(most) as string },
  ]);
});

test('a day that never comes is refused', () => {
  expect(found({ cron: '0 3 30 2 *', for: minutes })).toMatchObject([{ code: 'bad-schedule' }]);
});
