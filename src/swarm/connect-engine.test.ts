import { expect, test } from 'vitest';

import { chooseVersion } from './connect-engine.ts';

test.each([
  ['20.10.24', '1.41', '1.12', '1.41'],
  ['26.1.5', '1.45', '1.24', '1.45'],
  ['28.5.2', '1.51', '1.24', '1.51'],
  ['29.7.2', '1.55', '1.44', '1.51'],
])('Engine %s (API %s)', (Version, ApiVersion, MinAPIVersion, chosen) => {
  expect(chooseVersion({ Version, ApiVersion, MinAPIVersion })).toBe(chosen);
});

test('too old or too new is refused, with what to do', () => {
  expect(() => chooseVersion({ Version: '19.03.15', ApiVersion: '1.40' })).toThrow(
    /too old: upgrade it to 20.10/,
  );
  expect(() =>
    chooseVersion({ Version: '40.0.0', ApiVersion: '1.90', MinAPIVersion: '1.60' }),
  ).toThrow(/too new: lower its min-api-version/);
});
