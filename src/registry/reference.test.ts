import { describe, expect, test } from 'vitest';

import { familiarReference, parseReference, withDefaultTag } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('an image is read', () => {
  test.each([
    ['redis', { domain: 'docker.io', path: 'library/redis' }],
    ['redis:7', { domain: 'docker.io', path: 'library/redis', tag: '7' }],
    ['subicura/counter', { domain: 'docker.io', path: 'subicura/counter' }],
    ['docker.io/redis', { domain: 'docker.io', path: 'library/redis' }],
    ['index.docker.io/library/redis', { domain: 'docker.io', path: 'library/redis' }],
    ['localhost/a', { domain: 'localhost', path: 'a' }],
    ['r.example.org:5000/a/b/c:1.2', { domain: 'r.example.org:5000', path: 'a/b/c', tag: '1.2' }],
    ['[::1]:5000/a', { domain: '[::1]:5000', path: 'a' }],
    [`redis@${digest}`, { domain: 'docker.io', path: 'library/redis', digest }],
    [`ghcr.io/a/b:1@${digest}`, { domain: 'ghcr.io', path: 'a/b', tag: '1', digest }],
    ['a__b/c--d.e', { domain: 'docker.io', path: 'a__b/c--d.e' }],
  ])('%s', (image, reference) => {
    expect(parseReference(image)).toEqual(reference);
  });
});

test.each([
  '',
  ':7',
  'Redis',
  'a//b',
  '/a',
  'a/',
  'redis:',
  'a b',
  'redis@sha256:1',
  'a@b@c',
  'r.io/..',
])('"%s" is none', (image) => {
  expect(parseReference(image)).toBeUndefined();
});

test.each([
  ['docker.io/library/redis:7', 'redis:7'],
  ['redis', 'redis:latest'],
  ['subicura/counter', 'subicura/counter:latest'],
  ['library/a/b', 'library/a/b:latest'],
  [`redis@${digest}`, `redis@${digest}`],
  ['r.example.org:5000/a', 'r.example.org:5000/a:latest'],
])('%s is written as %s', (image, written) => {
  const reference = parseReference(image);
  expect(reference && familiarReference(withDefaultTag(reference))).toBe(written);
});
