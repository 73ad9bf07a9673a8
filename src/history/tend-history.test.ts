import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { migrations, temporaryDirectory } from './history.fixture.ts';
import { openSturdyHistory } from './open-history.ts';
import { tendHistory } from './tend-history.ts';

test('a trouble is logged once with its remedy, and so is its end', () => {
  const data = temporaryDirectory();
  const file = join(data, 'skep.db');
  writeFileSync(file, 'no database');
  const history = openSturdyHistory({ file, migrations, clock: { now: () => 1 } });
  onTestFinished(() => history.close());
  const lines: string[] = [];
  const tend = tendHistory(history, pino({}, { write: (line) => void lines.push(line) }));
  tend();
  tend();
  expect(lines).toEqual([expect.stringMatching(/skep goes on/)]);
  expect(lines[0]).toMatch(/damaged-.*move it away/);

  const damaged = readdirSync(data).find((name) => name.includes('damaged'))!;
  renameSync(join(data, damaged), join(temporaryDirectory(), damaged));
  tend();
  tend();
  expect(lines.slice(1)).toEqual([expect.stringMatching(/again/)]);
});
