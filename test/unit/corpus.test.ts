import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/spec/diagnostic.ts';
import { compareDeployed } from './compare-deployed.ts';
import {
  convertDeployed,
  corpusIsThere,
  type Deployed,
  listDeployed,
  makeDesiredDirectory,
  meantRefusals,
} from './corpus.fixture.ts';

if (!corpusIsThere) {
  console.warn('The corpus of stack files is not there: what Skep makes of them is NOT compared.');
}

describe.skipIf(!corpusIsThere)('the corpus of real stack files', () => {
  let directory = '';
  beforeAll(() => {
    directory = makeDesiredDirectory();
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test('Skep wants what docker stack deploy sends', { timeout: 300_000 }, async () => {
    const counts = { equal: 0, meant: 0, differing: 0, rejected: 0 };
    const wrong: string[] = [];
    const rejected: string[] = [];
    for (const deployed of listDeployed('golden')) {
      const { verdict, notes } = await judge(directory, deployed);
      counts[verdict] += 1;
      if (verdict === 'rejected') rejected.push(deployed.slug);
      if (notes.length > 0) wrong.push(deployed.slug, ...notes);
    }
    console.log(
      Object.entries(counts)
        .map(([verdict, count]) => `${count} ${verdict}`)
        .join(', '),
    );
    expect(wrong).toEqual([]);
    expect(rejected.sort()).toEqual(Object.keys(meantRefusals).sort());
  });

  test(
    'what docker stack deploy refuses is supported, or refused with its place and what to write instead',
    { timeout: 300_000 },
    async () => {
      const counts = { supported: 0, refused: 0 };
      const wrong: string[] = [];
      for (const deployed of listDeployed('rejects')) {
        const { desired, errors } = await convertDeployed(directory, deployed);
        if (!desired && errors.length === 0) wrong.push(`${deployed.slug}: nothing was said`);
        const vague = errors.filter(({ place, remedy }) => !place || !remedy);
        wrong.push(...vague.map((error) => `${deployed.slug}: ${asLine(error)}`));
        counts[errors.length > 0 ? 'refused' : 'supported'] += 1;
      }
      console.log(`${counts.refused} refused, ${counts.supported} supported`);
      expect(wrong).toEqual([]);
    },
  );
});

type Verdict = 'equal' | 'meant' | 'differing' | 'rejected';

async function judge(
  directory: string,
  deployed: Deployed,
): Promise<{ verdict: Verdict; notes: string[] }> {
  const { desired, errors } = await convertDeployed(directory, deployed);
  if (!desired || errors.length > 0) {
    const meant = meantRefusals[deployed.slug];
    const unmeant = errors.filter(({ code }) => code !== meant);
    return {
      verdict: 'rejected',
      notes: errors.length > 0 ? unmeant.map(asLine) : ['  no errors'],
    };
  }
  const { differences, meant } = compareDeployed(desired, deployed);
  const notes = differences.map(
    ({ path, skep, docker }) =>
      `  ${path}: Skep ${JSON.stringify(skep)}, docker ${JSON.stringify(docker)}`,
  );
  if (differences.length > 0) return { verdict: 'differing', notes };
  return { verdict: meant.length > 0 ? 'meant' : 'equal', notes: [] };
}

function asLine({ code, message, place }: Diagnostic): string {
  return `  ${place?.file}:${place?.line}:${place?.column} ${code}: ${message}`;
}
