import { expect, test } from 'vitest';
import { aService, aWorld } from '../../test/unit/world.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import { ViewGuard } from './view-guard.ts';

function view(versions: Record<string, number>): Snapshot {
  const services = Object.entries(versions).map(([Name, Index]) =>
    aService({ Name, TaskTemplate: {} }, { Version: { Index } }),
  );
  return aWorld({ services }).snapshot;
}

test('a view that is as new as the last one, or newer, is taken, whatever has come and gone', () => {
  const guard = new ViewGuard();
  for (const versions of [{ web: 5 }, { web: 5 }, { web: 9, api: 3 }, { api: 3 }, { web: 2 }]) {
    expect(() => guard.check(view(versions), 0)).not.toThrow();
  }
});

test('one in which a version is lower is refused until the leader has caught up', () => {
  const guard = new ViewGuard();
  guard.check(view({ web: 5, api: 7 }), 0);
  for (const versions of [
    { web: 4, api: 7 },
    { web: 4, api: 8 },
  ]) {
    expect(() => guard.check(view(versions), 1_000)).toThrow(
      expect.objectContaining({ class: 'unavailable' }),
    );
  }
  expect(() => guard.check(view({ web: 5, api: 7 }), 2_000)).not.toThrow();
});

test('one that stays so is the Swarm by now', () => {
  const guard = new ViewGuard();
  guard.check(view({ web: 5 }), 0);
  expect(() => guard.check(view({ web: 4 }), 1_000)).toThrow('older');
  expect(() => guard.check(view({ web: 4 }), 60_000)).toThrow('older');
  expect(() => guard.check(view({ web: 4 }), 61_000)).not.toThrow();
  expect(() => guard.check(view({ web: 4 }), 62_000)).not.toThrow();
});
