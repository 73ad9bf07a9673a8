import { expect, test } from 'vitest';
import { howToJoin, testServer } from './server.fixture.ts';

type Operation = {
  operationId?: string;
  summary?: string;
  parameters?: { name: string; in: string }[];
  responses: Record<string, { description?: string; content?: Record<string, unknown> }>;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { examples?: unknown[] }> };
};

async function openApi(): Promise<{ document: Document; text: string }> {
  const { app } = testServer({ howToJoin });
  const text = (await app.inject({ url: '/openapi.json' })).body;
  return { document: JSON.parse(text) as Document, text };
}

test('every operation has an ID of its own, a summary, its path parameters and described answers', async () => {
  const { document } = await openApi();
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.values(item).map((operation) => ({ path, ...operation })),
  );
  expect(operations.length).toBeGreaterThanOrEqual(20);
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(operations.length);
  for (const { path, operationId, summary, parameters = [], responses } of operations) {
    expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
    expect(summary).toBeTruthy();
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(inPath);
    for (const answer of Object.values(responses)) expect(answer.description).toBeTruthy();
  }
});

test('every reference leads somewhere, and nothing is defined that nobody refers to', async () => {
  const { document, text } = await openApi();
  const refs = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name ?? '',
  );
  expect(new Set(refs)).toEqual(new Set(Object.keys(document.components.schemas)));
});

test('problems are documented as such, and bodies have examples', async () => {
  const { document } = await openApi();
  const answers = document.paths['/api/v1/units/{unit}']?.['get']?.responses;
  expect(answers?.['404']).toMatchObject({
    description: expect.stringContaining('`unit-not-found`'),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  const { schemas } = document.components;
  const examples = ['PlanRequest', 'PlanRequestInput'].flatMap(
    (name) => schemas[name]?.examples ?? [],
  );
  expect(examples.length).toBeGreaterThan(0);
});
