import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { openCredentials } from './credentials.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skep-credentials-'));
  vi.stubEnv('PATH', `${folder}:/usr/local/bin:/usr/bin:/bin`);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function authFor(image: string, config: unknown, helperTimeoutMs = 10_000) {
  const configFile = join(folder, 'config.json');
  await writeFile(configFile, typeof config === 'string' ? config : JSON.stringify(config));
  const value = await openCredentials({ configFile, helperTimeoutMs }).authFor(image);
  return value && (JSON.parse(Buffer.from(value, 'base64url').toString()) as unknown);
}

/** Installs `docker-credential-<name>`, a shell script. */
async function installHelper(name: string, script: string): Promise<void> {
  const file = join(folder, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

const auth = (user: string, password: string) => ({
  auth: Buffer.from(`${user}:${password}`).toString('base64'),
});

test('a login is found by the registry of the image', async () => {
  const auths = {
    'r.example.org:5000': auth('ann', 'a:b?>~'),
    'https://index.docker.io/v1/': auth('hub', 'secret'),
    'https://ghcr.io/v2/': { identitytoken: 'long-token' },
    'plain.example.org': { username: 'eve', password: 'clear' },
  };
  expect(await authFor('r.example.org:5000/a/b:1', { auths })).toEqual({
    username: 'ann',
    password: 'a:b?>~',
    serveraddress: 'r.example.org:5000',
  });
  expect(await authFor('redis:7', { auths })).toEqual({
    username: 'hub',
    password: 'secret',
    serveraddress: 'https://index.docker.io/v1/',
  });
  expect(await authFor('ghcr.io/a/b', { auths })).toEqual({
    identitytoken: 'long-token',
    serveraddress: 'ghcr.io',
  });
  expect(await authFor('plain.example.org/a', { auths })).toMatchObject({ username: 'eve' });
  expect(await authFor('other.example.org/a', { auths })).toBeUndefined();
});

test('without a file there are no credentials', async () => {
  const credentials = openCredentials({ configFile: join(folder, 'missing.json') });
  expect(await credentials.authFor('redis')).toBeUndefined();
});

test('a broken file is an error that quotes nothing of it', async () => {
  const broken = authFor('redis', '{"auths": {"x": {"auth": "c2VjcmV0"');
  await expect(broken).rejects.toThrow(/config.json is no JSON/);
  await expect(broken).rejects.not.toThrow(/c2VjcmV0/);
});

test('a helper is asked for the registry it serves', async () => {
  await installHelper(
    'one',
    'read server; echo "{\\"Username\\":\\"for $server\\",\\"Secret\\":\\"s\\"}"',
  );
  const config = { credHelpers: { 'r.example.org': 'one' } };
  expect(await authFor('r.example.org/a', config)).toEqual({
    username: 'for r.example.org',
    password: 's',
    serveraddress: 'r.example.org',
  });
  expect(await authFor('redis', config)).toBeUndefined();
  expect(await authFor('redis', { credsStore: 'one' })).toMatchObject({
    username: 'for https://index.docker.io/v1/',
  });
});

test('a helper may give a token', async () => {
  await installHelper('token', 'echo \'{"Username":"<token>","Secret":"t"}\'');
  expect(await authFor('redis', { credsStore: 'token' })).toMatchObject({ identitytoken: 't' });
});

test('a store that holds nothing leaves the file', async () => {
  await installHelper('empty', 'echo "credentials not found in native keychain"; exit 1');
  const config = { credsStore: 'empty', auths: { 'r.example.org': auth('ann', 'pw') } };
  expect(await authFor('r.example.org/a', config)).toMatchObject({ username: 'ann' });
});

test('a helper that fails, hangs, is missing or talks nonsense is an error without its words', async () => {
  await installHelper('failing', 'echo very-secret; exit 3');
  await installHelper('hanging', 'exec sleep 60');
  await installHelper('odd', 'echo very-secret');
  const ask = (credsStore: string) => authFor('redis', { credsStore }, 500);
  await expect(ask('failing')).rejects.toThrow(
    'docker-credential-failing failed (exit code 3): run it by hand to see why',
  );
  await expect(ask('hanging')).rejects.toThrow(/did not answer in time/);
  await expect(ask('odd')).rejects.toThrow('docker-credential-odd gave no JSON');
  await expect(ask('missing')).rejects.toThrow(/is not installed/);
  await expect(ask('../evil')).rejects.toThrow(/impossible name/);
});
