import type { Place } from './diagnostic.ts';
import { parseDotEnv } from './env-file.ts';
import { resolvePath } from './source-directory.ts';
import { readInputText, reportProblem } from './unit-context.ts';
import type { UnitContext } from './unit-context.ts';

/**
 * The variables that files give: those of the `.env` in the folder, then those of `files`, later ones winning. What `above`
 * knows wins over all of them, as the process environment does in Docker Compose.
 */
export async function readVariables(
  context: UnitContext,
  folder: string,
  files: readonly { path: string; place: Place | undefined }[],
  above: (name: string) => string | undefined,
): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  const lookup = (name: string) => above(name) ?? values.get(name);
  const path = resolvePath(folder, '.env');
  const dotEnv = { path, place: { file: path, line: 1, column: 1 }, optional: true };
  for (const file of [dotEnv, ...files.map((named) => ({ ...named, optional: false }))]) {
    const text = await readInputText(context, file.path, file.place, file.optional);
    const { entries, problems } = parseDotEnv(text ?? '', lookup);
    for (const { line, message } of problems) {
      const remedy = 'Write NAME=value, one in a line.';
      const place = { file: file.path, line, column: 1 };
      reportProblem(context.diagnostics, { code: 'invalid-env-file', message, remedy }, place);
    }
    for (const [name, value] of entries) if (value !== undefined) values.set(name, value);
  }
  return values;
}
