import { z } from 'zod';
import { problem } from './schemas.ts';
import { problems } from './problems.ts';
import type { ProblemCode } from './problems.ts';

/** The answers that a route may give besides its good one, for the OpenAPI document. */
export function answers<Good extends Record<number, z.ZodType>>(
  good: Good,
  ...codes: ProblemCode[]
) {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...codes, ...anyRoute]) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const bad = [...byStatus].map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
      content: { 'application/problem+json': { schema: problem } },
    },
  ]);
  return { ...good, ...(Object.fromEntries(bad) as object) };
}

const anyRoute: readonly ProblemCode[] = ['unauthenticated', 'forbidden', 'internal'];

/** An answer that is no JSON. */
export function textAnswer(contentType: string, ...statuses: number[]) {
  const answer = { description: 'text', content: { [contentType]: { schema: z.string() } } };
  return Object.fromEntries(statuses.map((status) => [status, answer])) as object;
}
