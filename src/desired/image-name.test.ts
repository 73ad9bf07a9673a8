import { expect, test } from 'vitest';
import { parseImageName, taggedImage } from './image-name.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['redis', 'redis:latest'],
  ['redis:7', 'redis:7'],
  ['docker.io/library/redis:7', 'redis:7'],
  ['index.docker.io/grafana/grafana', 'grafana/grafana:latest'],
  ['docker.io/library/a/b', 'library/a/b:latest'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app', 'localhost:5000/app:latest'],
  ['registry.example.org:5000/team/app:1', 'registry.example.org:5000/team/app:1'],
  [`redis@${digest}`, `redis@${digest}`],
  [`redis:7@${digest}`, `redis:7@${digest}`],
  ['a__b/c---d.e', 'a__b/c---d.e:latest'],
])('%s is sent as %s', (written, sent) => {
  const name = parseImageName(written);
  expect(name && taggedImage(name)).toBe(sent);
});

test.each(['', 'Redis', 'a/B', 'redis:', 'a b', 'a..b/c', 'redis@sha256:12', 'f'.repeat(64), '-/a'])(
  '"%s" is no image name',
  (written) => {
    expect(parseImageName(written)).toBeUndefined();
  },
);
