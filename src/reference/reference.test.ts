import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referencePages } from './pages.ts';

test('the reference is what the code says: otherwise run "npm run reference"', async () => {
  for (const [file, text] of Object.entries(await referencePages())) {
    expect(readFileSync(new URL(file, import.meta.url), 'utf8'), file).toBe(text);
  }
});
