import { expect, test } from 'vitest';
import { effectiveCapabilities } from './capabilities.ts';

test('names get their prefix and an order, each only once', () => {
  expect(effectiveCapabilities(['sys_time', 'CAP_NET_ADMIN', ' SYS_TIME '], [])).toEqual({
    add: ['CAP_NET_ADMIN', 'CAP_SYS_TIME'],
    drop: [],
  });
});

test('adding wins over dropping, and ALL stands for the rest', () => {
  expect(effectiveCapabilities(['net_raw'], ['NET_RAW', 'chown'])).toEqual({
    add: ['CAP_NET_RAW'],
    drop: ['CAP_CHOWN'],
  });
  expect(effectiveCapabilities(['net_raw'], ['net_raw', 'all'])).toEqual({
    add: ['CAP_NET_RAW'],
    drop: ['ALL'],
  });
});
