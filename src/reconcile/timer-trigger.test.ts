import { pino } from 'pino';
import { expect, test } from 'vitest';
import { manualClock } from './clock.fixture.ts';
import { runTimer } from './timer-trigger.ts';

test('the timer goes on after a failed look, and ends with its signal', async () => {
  const clock = manualClock();
  const end = new AbortController();
  const looks: number[] = [];
  const look = async () => {
    looks.push(clock.now());
    if (looks.length === 1) throw new Error('the disk is full');
  };
  const log = pino({ level: 'silent' });
  const timing = { everyMs: 1_000, clock, random: () => 0.5, log, signal: end.signal };
  const running = runTimer(look, timing);
  await clock.advance(3_500);
  end.abort();
  await running;
  expect(looks).toEqual([1_000, 2_000, 3_000]);
});

test('its times are spread by a tenth, so that many Skeps do not look at once', async () => {
  const times: number[] = [];
  for (const dice of [0, 1]) {
    const clock = manualClock();
    const end = new AbortController();
    const log = pino({ level: 'silent' });
    const look = async () => {
      times.push(clock.now());
      end.abort();
    };
    const timing = { everyMs: 60_000, clock, random: () => dice, log, signal: end.signal };
    const running = runTimer(look, timing);
    await clock.advance(70_000);
    await running;
  }
  expect(times).toEqual([54_000, 66_000]);
});
