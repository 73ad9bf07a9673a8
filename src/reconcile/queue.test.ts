import { array, assert, asyncProperty, constant, constantFrom, oneof, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { manualClock } from './clock.fixture.ts';
import { type Lane, WorkQueue } from './queue.ts';

function openQueue() {
  const clock = manualClock();
  const queue = new WorkQueue(clock);
  const add = (name: string, lane: Lane = 'background') => queue.add(name, lane, 'test');
  const take = async () => (await queue.take())?.name;
  return { clock, queue, add, take };
}

describe('a name', () => {
  test('that waits already is not added twice', async () => {
    const { queue, add, take } = openQueue();
    add('web');
    add('web');
    expect(await take()).toBe('web');
    expect(queue.depth).toBe(0);
  });

  test('added while it is worked on runs once more when that is done, and no sooner', async () => {
    const { queue, add, take } = openQueue();
    add('web');
    await take();
    add('web');
    add('web');
    expect(queue.depth).toBe(0);
    queue.done('web');
    expect(await take()).toBe('web');
    queue.done('web');
    expect(queue.depth).toBe(0);
  });

  test('a person waits for goes before all background work, also when it waited there already', async () => {
    const { add, take } = openQueue();
    for (const name of ['a', 'b', 'c']) add(name);
    add('c', 'user');
    expect(await take()).toBe('c');
    expect(await take()).toBe('a');
  });

  test('comes to a worker that waited for one', async () => {
    const { add, take } = openQueue();
    const waiting = take();
    add('web');
    expect(await waiting).toBe('web');
  });
});

describe('a delayed name', () => {
  test('comes at the earliest of its times, once', async () => {
    const { clock, queue } = openQueue();
    queue.addAfter('web', 5_000, 'late');
    queue.addAfter('web', 1_000, 'early');
    queue.addAfter('web', 9_000, 'later');
    await clock.advance(999);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(await queue.take()).toMatchObject({ name: 'web', trigger: 'early' });
    queue.done('web');
    await clock.advance(20_000);
    expect(queue.depth).toBe(0);
  });

  test('is not woken again by a time that was set before its run', async () => {
    const { clock, queue, add, take } = openQueue();
    queue.addAfter('web', 1_000, 'retry');
    add('web');
    await take();
    queue.done('web');
    await clock.advance(5_000);
    expect(queue.depth).toBe(0);
  });
});

test('after shut-down workers go home and nothing is taken in', async () => {
  const { clock, queue, add, take } = openQueue();
  const waiting = take();
  queue.addAfter('later', 1_000, 'retry');
  queue.shutDown();
  add('web', 'user');
  await clock.advance(5_000);
  expect(await waiting).toBeUndefined();
  expect(await take()).toBeUndefined();
});

/** Against a model: `add` marks a name dirty, `take` cleans it, and one name is never with two workers. */
test('no wake-up is lost and no name is worked on twice at once, whatever the order', async () => {
  const names = constantFrom('a', 'b', 'c');
  const lanes = constantFrom<Lane>('user', 'background');
  const steps = oneof(
    tuple(constant('add' as const), names, lanes),
    tuple(constant('take' as const)),
    tuple(constant('done' as const), names),
  );
  await assert(
    asyncProperty(array(steps, { maxLength: 60 }), async (script) => {
      const { queue, add, take } = openQueue();
      const dirty = new Set<string>();
      const working = new Set<string>();
      let twice = false;
      for (const [step, name, lane] of script) {
        if (step === 'add') {
          add(name, lane);
          dirty.add(name);
        } else if (step === 'take' && queue.depth > 0) {
          const taken = String(await take());
          twice ||= working.has(taken) || !dirty.has(taken);
          working.add(taken);
          dirty.delete(taken);
        } else if (step === 'done' && working.delete(name)) {
          queue.done(name);
        }
        const ready = [...dirty].filter((name) => !working.has(name));
        expect({ depth: queue.depth, twice }).toEqual({ depth: ready.length, twice: false });
      }
    }),
  );
});
