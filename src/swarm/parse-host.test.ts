import { expect, test } from 'vitest';

import { parseHost } from './parse-host.ts';

test.each([
  ['unix:///var/run/docker.sock', { protocol: 'http', socketPath: '/var/run/docker.sock' }],
  ['tcp://10.0.0.1:2375', { protocol: 'http', hostname: '10.0.0.1', port: 2375 }],
  ['tcp://manager', { protocol: 'http', hostname: 'manager', port: 2375 }],
  ['http://proxy', { protocol: 'http', hostname: 'proxy', port: 80 }],
  ['https://proxy', { protocol: 'https', hostname: 'proxy', port: 443 }],
  ['tcp://[fd00::1]:2375', { protocol: 'http', hostname: 'fd00::1', port: 2375 }],
])('%s', (host, endpoint) => {
  expect(parseHost(host)).toEqual({ host, ...endpoint });
});

test('certificates make tcp secure', () => {
  const tls = { ca: 'authority' };
  expect(parseHost('tcp://manager', tls)).toEqual({
    host: 'tcp://manager',
    protocol: 'https',
    hostname: 'manager',
    port: 2376,
    tls,
  });
});

test.each([
  ['ssh://me@manager', /ssh is not supported; forward its socket/],
  ['manager:2375', /is no address of an Engine: write unix/],
  ['', /is no address of an Engine/],
  ['unix://docker.sock', /needs an absolute path/],
  ['tcp://me:hidden@manager', /must not hold a user or a password$/],
])('%s is refused', (host, message) => {
  expect(() => parseHost(host)).toThrow(message);
});
