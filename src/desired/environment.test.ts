import { expect, test } from 'vitest';
import { convertEnvironment } from './environment.ts';

test('entries are sorted, and a name without a value is looked up', () => {
  const environment = { B: '2', A: '', SET: null, UNSET: null, constructor: null };
  expect(convertEnvironment(environment, { SET: 'here', B: 'not asked for' })).toEqual([
    'A=',
    'B=2',
    'SET=here',
    'UNSET',
    'constructor',
  ]);
});
