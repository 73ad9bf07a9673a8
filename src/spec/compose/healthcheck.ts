import { z } from 'zod';
import { healthDuration } from './durations.ts';
import { refuse } from './refuse.ts';
import { flag, wholeNumber } from './scalars.ts';
import { strictObject } from './strict-object.ts';

const kinds = new Set(['NONE', 'CMD', 'CMD-SHELL']);

const test = z
  .union([z.string().transform((line) => ['CMD-SHELL', line]), z.array(z.string())])
  .transform((words, context): string[] => {
    const [kind] = words;
    if (kind === undefined || kinds.has(kind)) return words;
    return refuse(
      context,
      'bad-healthcheck',
      'does not begin with NONE, CMD or CMD-SHELL',
      'Put "CMD" first to run a program, "CMD-SHELL" to run a line in a shell.',
    );
  });

export const healthcheck = strictObject({
  test: test
    .exactOptional()
    .meta({ description: 'The command that tells whether a container is healthy.' }),
  disable: flag.exactOptional().meta({ description: 'Do without the check of the image.' }),
  interval: healthDuration.exactOptional().meta({ description: 'Time between two checks.' }),
  timeout: healthDuration
    .exactOptional()
    .meta({ description: 'A check that takes longer has failed.' }),
  start_period: healthDuration
    .exactOptional()
    .meta({ description: 'Failures this soon after the start do not count.' }),
  start_interval: healthDuration
    .exactOptional()
    .meta({ description: 'Time between two checks during the start period.' }),
  retries: wholeNumber({ min: 0 })
    .exactOptional()
    .meta({ description: 'As many failures in a row make a container unhealthy.' }),
}).transform((check, context) => {
  const runs = check.test !== undefined && check.test.length > 0 && check.test[0] !== 'NONE';
  if (check.disable === true && runs) {
    return refuse(
      context,
      'conflicting-keys',
      'has a test and is disabled',
      'Remove "test" or "disable".',
    );
  }
  return check;
});
