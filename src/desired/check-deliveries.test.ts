import { expect, test } from 'vitest';
import type { ClusterDocument, Delivery } from '../spec/cluster.ts';
import { convertUnit } from './convert-unit.ts';
import { clusterUnitSpec } from './unit.fixture.ts';

function found(cluster: ClusterDocument): string[] {
  const secrets = { hook: { file: 'hook.txt', name: 'hook' } };
  const sideFiles = new Map([['hook.txt', Buffer.from('x')]]);
  const unit = clusterUnitSpec({ secrets }, { cluster, sideFiles });
  return convertUnit(unit)
    .diagnostics.filter(({ code }) => code === 'duplicate-delivery')
    .map(({ message, place, remedy }) => {
      expect(remedy).toBeTruthy();
      return `${place?.line}: ${message}`;
    });
}

const file = { file: '/run/a' };
const webhook = { webhook: 'https://a/b', secret_file: '/run/b' };
const secret = { secret: 'tok' };

test.each<[string, ClusterDocument, string]>([
  ['one file twice', { tokens: { worker: { deliver: [file, { ...file }] } } }, 'the file /run/a'],
  [
    'one webhook twice',
    { tokens: { worker: { deliver: [webhook, { ...webhook }] } } },
    'the same webhook',
  ],
  [
    'one file for two tokens',
    { tokens: { worker: { deliver: [file] }, manager: { deliver: [file] } } },
    'the file /run/a',
  ],
  [
    'one file for a token and the key',
    { tokens: { worker: { deliver: [file] } }, cluster: { unlock_key: { deliver: [file] } } },
    'the file /run/a',
  ],
  [
    'one secret for two tokens',
    { tokens: { worker: { deliver: [secret] }, manager: { deliver: [secret] } } },
    'the secret tok',
  ],
  [
    "a secret of the files' own",
    { tokens: { worker: { deliver: [{ secret: 'hook' }] } } },
    'the secret hook',
  ],
])('%s is an error at its place', (_what, cluster, goal) => {
  expect(found(cluster)).toEqual([expect.stringMatching(new RegExp(`^4: .*${goal}`))]);
});

test('every goal once is fine, and one receiver may take both tokens', () => {
  const deliver = (name: string): Delivery[] => [{ file: `/${name}` }, { secret: name }, webhook];
  const tokens = { worker: { deliver: deliver('w') }, manager: { deliver: deliver('m') } };
  expect(found({ tokens })).toEqual([]);
});
