import { describe, expect, test } from 'vitest';
import type { ServiceHealth } from '../health/judge-service.ts';
import type { Action } from '../plan/action.ts';
import type { Failure } from './apply-plan.ts';
import { decideOutcome, type PassFacts } from './decide-outcome.ts';
import type { Held } from './hold-back.ts';

const quiet: PassFacts = {
  now: 10_000,
  problem: undefined,
  actions: [],
  diagnostics: [],
  held: [],
  applied: { done: [], failed: [] },
  health: new Map(),
  notices: [],
  writingPasses: 0,
  progressingSince: null,
  rolloutTimeoutMs: 60_000,
};

function action(name: string, over: Partial<Action> = {}): Action {
  const base = { unit: 'shop', kind: 'service', action: 'update', restarts: true } as const;
  return { ...base, name, reason: `${name} differs`, changes: [], writes: [], ...over };
}

function failed(errorClass: Failure['class']): PassFacts['applied'] {
  const failure = { action: action('web'), class: errorClass, message: 'the Engine said no' };
  return { done: [], failed: [failure] };
}

function health(one: Partial<ServiceHealth>): PassFacts['health'] {
  return new Map([
    ['service/web', { health: 'progressing', reason: 'Starting', message: '1 of 2', ...one }],
  ]);
}

const decide = (over: Partial<PassFacts>) => decideOutcome({ ...quiet, ...over });

test('nothing to do and all well is ready', () => {
  expect(decide({})).toEqual({ result: 'ready' });
});

test('a pass that wrote is looked at again at once: only a pass without writes proves anything', () => {
  const web = action('web');
  const applied = { done: [web], failed: [] };
  expect(decide({ actions: [web], applied, writingPasses: 1 })).toMatchObject({
    result: 'wait',
    until: 10_000,
    reason: 'Verifying',
  });
});

test('a unit that differs again after every change is slowed down, and its objects named', () => {
  const web = action('web');
  const applied = { done: [web], failed: [] };
  expect(decide({ actions: [web], applied, writingPasses: 5 })).toMatchObject({
    result: 'retry',
    reason: 'NotConverging',
    message: expect.stringContaining('service web') as string,
  });
});

describe('after a failed write', () => {
  test.each(['conflict', 'unavailable', 'unknown', 'blocked', 'missing-dependency'] as const)(
    '%s is tried again',
    (errorClass) => {
      expect(decide({ applied: failed(errorClass) })).toMatchObject({ result: 'retry' });
    },
  );

  test.each(['invalid', 'refused'] as const)('%s waits for a person', (errorClass) => {
    expect(decide({ applied: failed(errorClass), actions: [action('web')] })).toMatchObject({
      result: 'stalled',
      message: 'the Engine said no',
    });
  });

  test('what can be cured counts before what cannot', () => {
    const { failed: invalid } = failed('invalid');
    const { failed: curable } = failed('unavailable');
    const applied = { done: [], failed: [...invalid, ...curable] };
    expect(decide({ applied })).toMatchObject({ result: 'retry', reason: 'Unavailable' });
  });
});

describe('a rollout', () => {
  test('is looked at every second', () => {
    expect(decide({ health: health({}) })).toMatchObject({ result: 'wait', until: 11_000 });
  });

  test('that takes too long is stalled, and says which service', () => {
    const outcome = decide({ health: health({}), progressingSince: -50_000 });
    expect(outcome).toEqual({
      result: 'stalled',
      reason: 'RolloutTimeout',
      message: 'web: 1 of 2',
    });
  });

  test('that Swarm rolled back is stalled at once', () => {
    const rolledBack = health({ health: 'degraded', reason: 'RolledBack' });
    expect(decide({ health: rolledBack })).toMatchObject({
      result: 'stalled',
      reason: 'RolledBack',
    });
  });

  test('that Swarm is rolling back is still followed', () => {
    const rollingBack = health({ health: 'degraded', reason: 'RollingBack' });
    expect(decide({ health: rollingBack })).toMatchObject({ result: 'wait' });
  });
});

describe('blocked', () => {
  test('by something that time may cure is looked at again, the less often the longer it lasts', () => {
    const blocked = action('net', { action: 'blocked', waiting: true });
    const until = (progressingSince: number | null) =>
      decide({ actions: [blocked], progressingSince });
    expect(until(null)).toMatchObject({ result: 'wait', until: 11_000 });
    expect(until(9_900)).toMatchObject({ result: 'wait', until: 11_000 });
    expect(until(4_000)).toMatchObject({ result: 'wait', until: 16_000 });
    expect(until(-90_000)).toMatchObject({ result: 'wait', until: 40_000 });
  });

  test('by a network that is made anew is looked at often, and needs a person after a while', () => {
    const blocked = action('net', {
      action: 'blocked',
      waiting: true,
      condition: 'NetworkReplacing',
    });
    const at = (progressingSince: number) => decide({ actions: [blocked], progressingSince });
    expect(at(-20_000)).toMatchObject({ result: 'wait', until: 15_000 });
    expect(at(-50_000)).toMatchObject({ result: 'stalled', reason: 'RolloutTimeout' });
  });

  test('otherwise waits for a person', () => {
    const blocked = action('net', { action: 'blocked', reason: 'the subnet changed' });
    expect(decide({ actions: [blocked] })).toMatchObject({
      result: 'stalled',
      message: 'the subnet changed',
    });
  });
});

test('held actions wait until the first of them is due', () => {
  const held: Held[] = [
    { action: action('a'), reason: 'Contested', message: 'a', until: 18_000 },
    { action: action('b'), reason: 'DependencyNotReady', message: 'b', until: 11_000 },
  ];
  expect(decide({ actions: held.map((one) => one.action), held })).toMatchObject({
    result: 'wait',
    until: 11_000,
    reason: 'DependencyNotReady',
  });
});

test('wrong files show only when everything else of the last good version is well', () => {
  const problem = 'shop.yaml:3:1: unknown key';
  expect(decide({ problem })).toMatchObject({ result: 'stalled', reason: 'InvalidFiles' });
  expect(decide({ problem, health: health({}) })).toMatchObject({ result: 'wait' });
});

test('a pass that was ended before it wrote is never ready', () => {
  expect(decide({ actions: [action('web')] })).toMatchObject({ result: 'wait', until: 10_000 });
});
