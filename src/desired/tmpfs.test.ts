import { expect, test } from 'vitest';
import type { Diagnostic } from '../spec/diagnostic.ts';
import { openScope } from './scope.ts';
import { convertTmpfs } from './tmpfs.ts';
import { stackUnit } from './unit.fixture.ts';

function convert(text: string): { mount: unknown; codes: string[] } {
  const diagnostics: Diagnostic[] = [];
  const mount = convertTmpfs(openScope(stackUnit({}), diagnostics), ['services', 'web'], text);
  return { mount, codes: diagnostics.map(({ code }) => code) };
}

test('a path alone', () => {
  expect(convert('/run')).toEqual({ mount: { Type: 'tmpfs', Target: '/run' }, codes: [] });
});

test('options that Swarm knows', () => {
  expect(convert('/tmp:size=64m,mode=1777,ro,noexec').mount).toEqual({
    Type: 'tmpfs',
    Target: '/tmp',
    ReadOnly: true,
    TmpfsOptions: { SizeBytes: 64 * 1024 ** 2, Mode: 0o1777 },
  });
  expect(convert('/tmp:exec').mount).toMatchObject({ TmpfsOptions: { Options: [['exec']] } });
});

test('options that Swarm has no place for are said, not dropped in silence', () => {
  expect(convert('/tmp:uid=1000,size=64m')).toEqual({
    mount: { Type: 'tmpfs', Target: '/tmp', TmpfsOptions: { SizeBytes: 64 * 1024 ** 2 } },
    codes: ['tmpfs-option-lost'],
  });
  expect(convert('/tmp:size=lots').codes).toEqual(['tmpfs-option-lost']);
});
