import type { Soak } from './soak.ts';

type Result = { soak: Soak; wrong: string[]; seed: number; minutes: number };

/** What a soak came to: the table and the seed, and on top, when something is wrong, what was done until then. */
export function report({ soak, wrong, seed, minutes }: Result, colour: boolean): string {
  const { tried, survived } = soak.score.totals();
  const verdict =
    wrong.length === 0
      ? 'Everything ended as the files say, and no task was restarted without a reason.'
      : `WRONG: ${wrong.join('\n       ')}`;
  return [
    ...(wrong.length === 0 ? [] : ['The steps:', ...soak.steps, '']),
    soak.score.print(colour),
    '',
    `${tried} tried, ${survived} survived. ${verdict}`,
    `Repeat: SKEP_SOAK_SEED=${seed} SKEP_SOAK_MINUTES=${minutes} npm run soak`,
  ].join('\n');
}
