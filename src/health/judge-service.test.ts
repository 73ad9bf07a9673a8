import { describe, expect, test } from 'vitest';

import { aNode, aService, aTask, ms, template } from '../../test/data/swarm-objects.ts';
import type { Service, Task } from '../swarm/types.ts';
import { judgeService } from './judge-service.ts';

const nodes = [aNode('n1'), aNode('n2'), aNode('gone', { Status: { State: 'down' } })];
const two = { Mode: { Replicated: { Replicas: 2 } } };
const older = { ContainerSpec: { Image: 'redis:6' } };

function judge(service: Service, tasks: Task[], seconds = 10): string {
  const { health, reason } = judgeService(service, tasks, nodes, ms(seconds));
  return `${health} ${reason}`;
}

describe('replicated', () => {
  test.each<[string, Service, Task[], string]>([
    ['all run', aService(two), [aTask({ slot: 1 }), aTask({ slot: 2 })], 'healthy Running'],
    ['none yet', aService(two), [], 'progressing Starting'],
    [
      'one starts',
      aService(two),
      [aTask({ slot: 1 }), aTask({ slot: 2, state: 'starting' })],
      'progressing Starting',
    ],
    [
      'tasks of the spec before do not count',
      aService(two),
      [aTask({ slot: 1 }), aTask({ slot: 2 }, { Spec: older })],
      'progressing Starting',
    ],
    [
      'another placement leaves tasks where they are',
      aService({ TaskTemplate: { ...template, Placement: { Constraints: ['node.labels.a==b'] } } }),
      [aTask({ slot: 1 })],
      'healthy Running',
    ],
    [
      'a task that runs but should not any more',
      aService(two),
      [aTask({ slot: 1 }), aTask({ slot: 2, desired: 'shutdown' })],
      'progressing Starting',
    ],
    [
      'too many run',
      aService(two),
      [aTask({ slot: 1 }), aTask({ slot: 2 }), aTask({ slot: 3 })],
      'progressing ScalingDown',
    ],
    [
      'tasks of others',
      aService(),
      [aTask({ slot: 1 }, { ServiceID: 'other' })],
      'progressing Starting',
    ],
    [
      'zero replicas',
      aService({ Mode: { Replicated: { Replicas: 0 } } }),
      [],
      'healthy ScaledToZero',
    ],
    [
      'zero replicas, one still runs',
      aService({ Mode: { Replicated: { Replicas: 0 } } }),
      [aTask({ slot: 1 })],
      'progressing ScalingDown',
    ],
    ['no replicas named is one', aService(), [aTask({ slot: 1 })], 'healthy Running'],
    ['on a node that is down', aService(), [aTask({ slot: 1, node: 'gone' })], 'degraded NodeDown'],
  ])('%s', (_, service, tasks, expected) => {
    expect(judge(service, tasks)).toBe(expected);
  });
});

describe('what Swarm says of the update', () => {
  const running = [aTask({ slot: 1 })];
  test.each([
    ['updating', 'progressing Updating'],
    ['completed', 'healthy Running'],
    ['paused', 'degraded RolloutPaused'],
    ['rollback_started', 'degraded RollingBack'],
    ['rollback_paused', 'degraded RollbackPaused'],
    ['rollback_completed', 'degraded RolledBack'],
  ])('%s', (State, expected) => {
    expect(judge(aService({}, { UpdateStatus: { State } }), running)).toBe(expected);
  });

  test('completed while a task is missing', () => {
    const service = aService(two, { UpdateStatus: { State: 'completed' } });
    expect(judge(service, running)).toBe('progressing Starting');
  });

  test('updating while a task cannot be placed', () => {
    const service = aService({}, { UpdateStatus: { State: 'updating' } });
    const stuck = aTask({ slot: 1, node: '', state: 'pending', err: 'no suitable node (1 node)' });
    expect(judge(service, [stuck])).toBe('degraded NoSuitableNode');
  });
});

describe('tasks that do not come to run', () => {
  const failed = (made: number) =>
    aTask({ slot: 1, state: 'failed', desired: 'shutdown', err: 'task: non-zero exit (1)', made });
  const rejected = (err: string) =>
    aTask({ slot: 1, state: 'rejected', desired: 'shutdown', err, made: 1 });
  const next = aTask({ slot: 1, state: 'ready', desired: 'ready', made: 9 });

  test.each<[string, Task[], number, string]>([
    ['new', [aTask({ slot: 1, node: '', state: 'new' })], 20, 'progressing Starting'],
    ['new for long', [aTask({ slot: 1, node: '', state: 'new' })], 31, 'degraded NotAllocated'],
    [
      'pending',
      [aTask({ slot: 1, node: '', state: 'pending', err: 'no suitable node' })],
      10,
      'degraded NoSuitableNode',
    ],
    ['assigned for long', [aTask({ slot: 1, state: 'assigned' })], 90, 'degraded NodeSilent'],
    ['preparing', [aTask({ slot: 1, state: 'preparing' })], 90, 'progressing Starting'],
    ['preparing for long', [aTask({ slot: 1, state: 'preparing' })], 301, 'progressing Preparing'],
    ['no image', [rejected('No such image: redis:nope'), next], 10, 'degraded ImageMissing'],
    ['bad mount', [rejected('invalid mount config'), next], 10, 'degraded TaskRejected'],
    ['failed once', [failed(1), next], 10, 'progressing TaskRestarting'],
    ['failed again', [failed(1), failed(5), next], 10, 'degraded TaskFailing'],
    ['failed and given up', [failed(1)], 10, 'degraded TaskFailing'],
    ['failed before, runs now', [failed(1), aTask({ slot: 1, made: 9 })], 10, 'healthy Running'],
    [
      'lost with its node',
      [aTask({ slot: 1, state: 'orphaned', desired: 'shutdown' })],
      10,
      'degraded TaskOrphaned',
    ],
  ])('%s', (_, tasks, seconds, expected) => {
    expect(judge(aService(), tasks, seconds)).toBe(expected);
  });

  test('the message names what the node reported', () => {
    const { message } = judgeService(
      aService(),
      [rejected('No such image: x'), next],
      nodes,
      ms(10),
    );
    expect(message).toContain('No such image: x');
  });
});

describe('global', () => {
  const service = aService({ Mode: { Global: {} } });
  test.each<[string, Task[], number, string]>([
    ['on every node', [aTask({ node: 'n1' }), aTask({ node: 'n2' })], 10, 'healthy Running'],
    [
      'one starts',
      [aTask({ node: 'n1' }), aTask({ node: 'n2', state: 'starting' })],
      10,
      'progressing Starting',
    ],
    [
      'a node that is down does not count',
      [aTask({ node: 'n1' }), aTask({ node: 'gone' })],
      10,
      'healthy Running',
    ],
    ['no task yet', [], 10, 'progressing Starting'],
    ['no node fits', [], 31, 'degraded NoSuitableNode'],
  ])('%s', (_, tasks, seconds, expected) => {
    expect(judge(service, tasks, seconds)).toBe(expected);
  });
});

describe('tasks that end for good', () => {
  const TaskTemplate = { ...template, RestartPolicy: { Condition: 'none' } };
  const once = aService({ TaskTemplate });
  const ended = (state: string) =>
    aTask({ slot: 1, state, desired: 'shutdown' }, { Spec: TaskTemplate });

  test('with success', () => expect(judge(once, [ended('complete')])).toBe('healthy Completed'));
  test('with failure', () => expect(judge(once, [ended('failed')])).toBe('degraded TaskFailed'));
  test('not yet', () => {
    const running = aTask({ slot: 1, state: 'starting' }, { Spec: TaskTemplate });
    expect(judge(once, [running])).toBe('progressing Starting');
  });
  test('but for one replica', () => {
    expect(judge(aService({ ...two, TaskTemplate }), [ended('complete')])).toBe(
      'progressing Starting',
    );
  });
});

describe('jobs', () => {
  const job = aService(
    { Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 2 } } },
    { JobStatus: { JobIteration: { Index: 7 } } },
  );
  const done = (slot: number, Index = 7) =>
    aTask({ slot, state: 'complete', desired: 'complete' }, { JobIteration: { Index } });

  test('completed', () => expect(judge(job, [done(1), done(2)])).toBe('healthy JobCompleted'));
  test('half way', () => expect(judge(job, [done(1)])).toBe('progressing JobRunning'));
  test('another iteration', () =>
    expect(judge(job, [done(1, 3), done(2, 3)])).toBe('progressing JobRunning'));
  test('global', () => {
    const global = aService({ Mode: { GlobalJob: {} } });
    expect(judge(global, [])).toBe('progressing JobRunning');
    expect(judge(global, [aTask({ node: 'n1', state: 'complete', desired: 'complete' })])).toBe(
      'healthy JobCompleted',
    );
  });
});
