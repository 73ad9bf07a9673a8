import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { RequestReader } from '../../harness/request-reader.ts';

const CONVERSATION = [
  'GET /v1.41/services?status=true HTTP/1.1\r\nHost: m1\r\n\r\n',
  'POST /v1.41/services/create HTTP/1.1\r\nContent-Length: 27\r\n\r\n{"Name":"\r\n\r\nGET / HTTP/1.1',
  'POST /v1.41/images/load HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab\r\nc\r\n0\r\n\r\n',
  'DELETE /networks/backend HTTP/1.1\r\n\r\n',
  'POST /v1.41/exec/1/start HTTP/1.1\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}GET /no HTTP/1.1\r\n\r\n',
].join('');

const REQUESTS = [
  { method: 'GET', path: '/services?status=true' },
  { method: 'POST', path: '/services/create' },
  { method: 'POST', path: '/images/load' },
  { method: 'DELETE', path: '/networks/backend' },
  { method: 'POST', path: '/exec/1/start' },
];

test('finds the same requests, and keeps every byte, however the bytes are cut', () => {
  const cuts = array(integer({ min: 0, max: CONVERSATION.length }));
  assert(
    property(cuts, (places) => {
      const reader = new RequestReader();
      const pieces = slices(places).flatMap((slice) => reader.read(Buffer.from(slice)));
      expect(pieces.map((piece) => piece.request).filter(Boolean)).toEqual(REQUESTS);
      expect(Buffer.concat(pieces.map((piece) => piece.bytes)).toString()).toBe(CONVERSATION);
    }),
  );
});

function slices(places: readonly number[]): string[] {
  const edges = [0, ...places.toSorted((a, b) => a - b), CONVERSATION.length];
  return edges.slice(1).map((edge, index) => CONVERSATION.slice(edges[index], edge));
}
