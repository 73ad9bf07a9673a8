import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aNode } from '../../../test/unit/world.ts';
import type { NodeMatch } from '../../spec/cluster.ts';
import type { SwarmNode } from '../../swarm/types.ts';
import { fitNode } from './fit-node.ts';
import { fitsPattern } from './fits-pattern.ts';

const fit = (match: NodeMatch, node: SwarmNode) =>
  fitNode({ kind: 'node', unit: 'cluster', name: 'any', options: {}, settings: { match } }, node);
const seen = (seen: Partial<SwarmNode>) => aNode('w1', {}, seen);
const at = (Addr: string, manager?: string) =>
  seen({ Status: { State: 'ready', Addr }, ...(manager && { ManagerStatus: { Addr: manager } }) });

describe('a pattern for hostnames', () => {
  test.each([
    ['worker-12', 'worker*', true],
    ['worker', 'worker*', true],
    ['w12', 'w?', false],
    ['w1', 'w?', true],
    ['gpu-a-eu', '*-a-*', true],
    ['gpu-ab-eu', '*-a-*', false],
    ['w1.example', 'w1?example', true],
    ['w1xexample', 'w1.example', false],
    ['W1', 'w*', false],
    ['', '*', true],
  ])('%s and %s: %s', (text, pattern, expected) => {
    expect(fitsPattern(text, pattern)).toBe(expected);
  });

  test('fits what the same regular expression does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(letters, patterns, (text, pattern) => {
        const source = pattern.replaceAll('.', '[.]').replaceAll('?', '.').replaceAll('*', '.*');
        expect(fitsPattern(text, pattern)).toBe(new RegExp(`^${source}$`).test(text));
      }),
    );
  });

  test('takes no time that anybody could notice', () => {
    const before = performance.now();
    expect(fitsPattern('a'.repeat(10_000), `${'a*'.repeat(50)}b`)).toBe(false);
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('a node fits', () => {
  test('by the labels of its Engine, all of them', () => {
    const Engine = { EngineVersion: '28.5.2', Labels: { gpu: 'yes', rack: '1' } };
    const node = seen({ Description: { Hostname: 'w1', Engine } });
    expect(fit({ engine_labels: { gpu: 'yes' } }, node)).toBe('yes');
    expect(fit({ engine_labels: { gpu: 'yes', rack: '2' } }, node)).toBe('no');
    expect(fit({ engine_labels: { gpu: 'yes' }, hostname: 'x*' }, node)).toBe('no');
    expect(fit({ engine_labels: { gpu: 'yes' } }, aNode('w1'))).toBe('unknown');
  });

  test.each([
    ['x86_64', 'linux/amd64', 'yes'],
    ['aarch64', 'linux/arm64', 'yes'],
    ['armv7l', 'linux/arm', 'yes'],
    ['x86_64', 'linux', 'yes'],
    ['x86_64', 'linux/arm64', 'no'],
    ['x86_64', 'windows', 'no'],
    ['', 'linux', 'unknown'],
  ])('by its platform: %s is %s: %s', (Architecture, platform, expected) => {
    const Description = { Hostname: 'w1', Platform: { OS: 'linux', Architecture } };
    expect(fit({ platform }, seen({ Description }))).toBe(expected);
  });

  test.each([
    [at('10.1.2.3'), '10.1.0.0/16', 'yes'],
    [at('10.2.2.3'), '10.1.0.0/16', 'no'],
    [at('fd00:1::7'), 'fd00:1::/64', 'yes'],
    [at('fd00:2::7'), 'fd00:1::/64', 'no'],
    [at('10.1.2.3'), 'fd00:1::/64', 'no'],
    [at('::ffff:10.1.2.3'), '10.1.0.0/16', 'yes'],
    [at('0.0.0.0', '10.1.2.3:2377'), '10.1.0.0/16', 'yes'],
    [at('127.0.0.1', '[fd00:1::7]:2377'), 'fd00:1::/64', 'yes'],
    [at('10.1.2.3', '10.9.9.9:2377'), '10.1.0.0/16', 'no'],
    [at('0.0.0.0'), '10.1.0.0/16', 'unknown'],
    [at('127.0.0.1'), '0.0.0.0/0', 'unknown'],
    [aNode('w1'), '10.1.0.0/16', 'unknown'],
  ])('by its address', (node, address, expected) => {
    expect(fit({ address }, node)).toBe(expected);
  });
});
