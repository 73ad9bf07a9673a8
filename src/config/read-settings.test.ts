import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseListen } from './listen-address.ts';
import { allowedVariables, readSettings, SettingsError } from './read-settings.ts';

function problemsOf(flags: Parameters<typeof readSettings>[0], environment = {}): string[] {
  try {
    readSettings(flags, environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

describe('settings', () => {
  test('have the promised defaults', () => {
    const read = readSettings({}, {});
    expect(read).toMatchObject({
      host: 'unix:///var/run/docker.sock',
      desired: './desired',
      data: './data',
      listen: '127.0.0.1:7420',
      mode: 'apply',
      resync: 60_000,
      keepVersions: 2,
    });
    expect(read.adminToken).toBeUndefined();
  });

  test('a flag wins over a variable, a variable over the default', () => {
    const environment = { DOCKER_HOST: 'tcp://10.0.0.1:2375', SKEP_DATA: '/data' };
    const read = readSettings({ host: 'tcp://10.0.0.2:2375' }, environment);
    expect(read.host).toBe('tcp://10.0.0.2:2375');
    expect(read.data).toBe('/data');
  });

  test('an empty variable counts as absent', () => {
    expect(readSettings({}, { SKEP_DESIRED: '' }).desired).toBe('./desired');
  });

  test('everything that is wrong is said at once, with where it came from', () => {
    const problems = problemsOf({ mode: 'dry' }, { SKEP_RESYNC: '5', SKEP_LISTEN: 'here' });
    expect(problems).toEqual([
      'SKEP_LISTEN: "here" should be an address such as 127.0.0.1:7420 or [::1]:7420',
      '--mode: "dry" should be one of apply, observe',
      'SKEP_RESYNC: "5" should be a duration such as 30s, 5m or 1h30m, at least 1000 ms',
    ]);
  });

  test('a bad secret is not repeated', () => {
    expect(problemsOf({}, { SKEP_ADMIN_TOKEN: 'too short' })).toEqual([
      'SKEP_ADMIN_TOKEN: the value should be at least 16 printable characters without spaces',
    ]);
  });

  test('a secret comes from a file, without its last line break', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'skep-')), 'token');
    writeFileSync(file, 'a-long-enough-token\n');
    expect(readSettings({}, { SKEP_ADMIN_TOKEN_FILE: file }).adminToken).toBe(
      'a-long-enough-token',
    );
    expect(problemsOf({}, { SKEP_ADMIN_TOKEN_FILE: `${file}.gone` })).toEqual([
      `SKEP_ADMIN_TOKEN_FILE: cannot read ${file}.gone (ENOENT)`,
    ]);
    expect(
      problemsOf({}, { SKEP_ADMIN_TOKEN_FILE: file, SKEP_ADMIN_TOKEN: 'a-long-enough-token' }),
    ).toEqual(['SKEP_ADMIN_TOKEN and SKEP_ADMIN_TOKEN_FILE are both set: keep one']);
  });

  test.each([
    ['1h30m', 5_400_000],
    ['90d', 7_776_000_000],
    ['1500ms', 1500],
  ])('duration %s', (text, ms) => {
    expect(readSettings({ resync: text }, {}).resync).toBe(ms);
  });

  test.each([
    ['[::1]:80', { host: '::1', port: 80 }],
    [':7420', { host: '::', port: 7420 }],
    ['skep:0', { host: 'skep', port: 0 }],
  ])('address %s', (text, expected) => {
    expect(readSettings({ listen: text }, {}).listen).toBe(text);
    expect(parseListen(text)).toEqual(expected);
  });

  test('ssh hosts are refused with a way out', () => {
    expect(problemsOf({ host: 'ssh://root@m1' })[0]).toContain('forward the socket');
  });
});

test('files see only the variables that are allowed', () => {
  const environment = { APP_PORT: '80', APP_HOST: 'a', HOME: '/root', TAG: '1', PATH: '/bin' };
  expect(allowedVariables(environment, ['APP_*', 'TAG', 'MISSING'])).toEqual({
    APP_PORT: '80',
    APP_HOST: 'a',
    TAG: '1',
  });
  expect(allowedVariables(environment, [])).toEqual({});
});
