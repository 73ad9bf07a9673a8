import { describe, expect, test } from 'vitest';

import type { Distribution } from '../swarm/engine.ts';
import {
  resolveImage,
  usablePlatforms,
  type LiveImage,
  type ResolvePolicy,
} from './resolve-image.ts';

const a = `sha256:${'a'.repeat(64)}`;
const b = `sha256:${'b'.repeat(64)}`;
const linux = { Architecture: 'amd64', OS: 'linux' };
const pinnedA: LiveImage = { image: `redis:7@${a}`, written: 'redis:7' };

type Case = {
  policy: ResolvePolicy;
  image: string;
  live?: LiveImage;
  /** What the registry holds; silent when absent. */
  digest?: string;
};

async function resolve({ policy, image, live, digest }: Case) {
  const asked: string[] = [];
  const distribution = async (asks: string): Promise<Distribution> => {
    asked.push(asks);
    if (digest === undefined) throw new Error('no route to the registry');
    return { digest, platforms: [linux] };
  };
  return { ...(await resolveImage({ policy, image, live, distribution })), asked };
}

describe('always', () => {
  const policy = 'always';
  test('a new image is pinned to what the registry has', async () => {
    expect(await resolve({ policy, image: 'redis', digest: a })).toEqual({
      image: `redis:latest@${a}`,
      platforms: [linux],
      asked: ['redis:latest'],
    });
  });
  test('the same digest changes nothing', async () => {
    const found = await resolve({ policy, image: 'redis:7', live: pinnedA, digest: a });
    expect(found).toEqual({ image: pinnedA.image, asked: ['redis:7'] });
  });
  test('another digest is taken', async () => {
    const found = await resolve({ policy, image: 'redis:7', live: pinnedA, digest: b });
    expect(found.image).toBe(`redis:7@${b}`);
  });
  test('a silent registry leaves the digest, with a warning', async () => {
    const found = await resolve({ policy, image: 'redis:7', live: pinnedA });
    expect(found.image).toBe(pinnedA.image);
    expect(found.platforms).toBeUndefined();
    expect(found.warning).toContain('no route to the registry');
  });
  test('a silent registry does not stop a new tag', async () => {
    const found = await resolve({ policy, image: 'redis:8', live: pinnedA });
    expect(found.image).toBe('redis:8');
    expect(found.warning).toContain('each node looks the tag up');
  });
  test('an image with a digest is written as it is', async () => {
    const image = `redis:7@${b}`;
    expect(await resolve({ policy, image, live: pinnedA })).toEqual({ image, asked: [] });
  });
  test('a live image that somebody set by hand is put back', async () => {
    const live = { image: `redis:8@${b}`, written: 'redis:7' };
    expect((await resolve({ policy, image: 'redis:7', live, digest: a })).image).toBe(
      `redis:7@${a}`,
    );
  });
});

describe('changed', () => {
  const policy = 'changed';
  test('what is written as before is not looked up', async () => {
    const found = await resolve({ policy, image: 'redis:7', live: pinnedA, digest: b });
    expect(found).toEqual({ image: pinnedA.image, asked: [] });
  });
  test('another spelling of the same image is the same', async () => {
    const found = await resolve({ policy, image: 'docker.io/library/redis:7', live: pinnedA });
    expect(found).toEqual({ image: pinnedA.image, asked: [] });
  });
  test('another tag is looked up', async () => {
    const found = await resolve({ policy, image: 'redis:8', live: pinnedA, digest: b });
    expect(found.image).toBe(`redis:8@${b}`);
  });
  test('without a label the live image itself tells', async () => {
    const live = { image: `redis:7@${a}` };
    expect((await resolve({ policy, image: 'redis:7', live })).asked).toEqual([]);
  });
});

describe('never', () => {
  const policy = 'never';
  test('the tag is written as it is', async () => {
    expect(await resolve({ policy, image: 'redis:8', live: pinnedA })).toEqual({
      image: 'redis:8',
      asked: [],
    });
  });
  test('what is live already stays', async () => {
    expect((await resolve({ policy, image: 'redis:7', live: pinnedA })).image).toBe(pinnedA.image);
  });
});

test('once written, an image stays until something changes, whatever the registry does', async () => {
  const policy = 'changed';
  const first = await resolve({ policy, image: 'redis' });
  const live = { image: first.image, written: 'redis' };
  expect((await resolve({ policy, image: 'redis', live })).image).toBe(first.image);
  expect((await resolve({ policy, image: 'redis', live, digest: a })).image).toBe(first.image);
});

test('platforms are without attestations, doubles and the architecture of arm', () => {
  const arm = (OS: string) => ({ Architecture: 'arm', OS });
  const unknown = { Architecture: 'unknown', OS: 'unknown' };
  expect(usablePlatforms([linux, unknown, arm('linux'), arm('linux'), linux])).toEqual([
    linux,
    { Architecture: '', OS: 'linux' },
  ]);
});
