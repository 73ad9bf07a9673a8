import { describe, expect, it } from 'vitest';
import { parsePort, ports } from './ports.ts';

const tcp = { protocol: 'tcp', mode: 'ingress' };

describe('parsePort', () => {
  it.each([
    ['80', [{ target: 80, ...tcp }]],
    ['8080:80', [{ target: 80, published: 8080, ...tcp }]],
    ['53:53/UDP', [{ target: 53, published: 53, ...tcp, protocol: 'udp' }]],
    ['80/', [{ target: 80, ...tcp }]],
    [':80', [{ target: 80, ...tcp }]],
    [
      '8000-8001:9000-9001',
      [
        { target: 9000, published: 8000, ...tcp },
        { target: 9001, published: 8001, ...tcp },
      ],
    ],
    [
      '8000-8001:80',
      [
        { target: 80, published: 8000, ...tcp },
        { target: 80, published: 8001, ...tcp },
      ],
    ],
    [
      '3000-3001',
      [
        { target: 3000, ...tcp },
        { target: 3001, ...tcp },
      ],
    ],
  ])('reads %s', (text, expected) => {
    expect(parsePort(text)).toEqual({ ports: expected });
  });

  it.each([
    ['127.0.0.1:80:80', '127.0.0.1'],
    ['[::1]:80:80', '::1'],
    ['2001:db8::1:80:80', '2001:db8::1'],
    ['127.0.0.1::80', '127.0.0.1'],
  ])('tells the address of %s', (text, hostIp) => {
    expect(parsePort(text)).toMatchObject({ hostIp });
  });

  it.each(['0.0.0.0:80:80', '[::]:80:80'])(
    'passes over the address of %s, which is any',
    (text) => {
      expect(parsePort(text)).not.toHaveProperty('hostIp');
    },
  );

  it.each(['', '0', '65536', '80/icmp', 'web:80', '1-2:1-3', '2-1', 'x.y:80:80', '80:', '1:2:3:4'])(
    'says what is wrong with "%s"',
    (text) => {
      expect(parsePort(text)).toBeTypeOf('string');
    },
  );
});

describe('ports', () => {
  it('takes numbers, texts and mappings, with text for numbers', () => {
    const long = { target: '443', published: '8443-8444', mode: 'host', name: 'tls' };
    expect(ports.parse([80, '81', long]).map((entry) => entry.ports)).toEqual([
      [{ target: 80, ...tcp }],
      [{ target: 81, ...tcp }],
      [
        { target: 443, published: 8443, protocol: 'tcp', mode: 'host' },
        { target: 443, published: 8444, protocol: 'tcp', mode: 'host' },
      ],
    ]);
  });

  it('takes a published port of 0 for any', () => {
    expect(ports.parse([{ target: 80, published: 0 }])).toEqual([
      { ports: [{ target: 80, ...tcp }] },
    ]);
  });
});
