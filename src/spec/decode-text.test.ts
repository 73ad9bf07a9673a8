import { expect, it } from 'vitest';
import { decodeText } from './decode-text.ts';

const little = Buffer.from('\ufeffname: käse', 'utf16le');
const big = Buffer.from(little).swap16();

it.each([
  ['UTF-8', Buffer.from('name: käse')],
  ['UTF-8 with a mark', Buffer.from('\ufeffname: käse')],
  ['UTF-16, little end first', little],
  ['UTF-16, big end first', big],
])('reads %s', (_, bytes) => {
  expect(decodeText(bytes)).toBe('name: käse');
});

it.each([
  ['Latin-1', Buffer.from('name: käse', 'latin1')],
  ['binary data', Buffer.from([0x61, 0x00, 0x62])],
  ['half a character', little.subarray(0, 5)],
])('refuses %s', (_, bytes) => {
  expect(decodeText(bytes)).toBeUndefined();
});
