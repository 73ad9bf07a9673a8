import type { Compose } from './compose.ts';
import { resolvePath } from './source-directory.ts';
import { locateIn, readInput } from './unit-context.ts';
import type { UnitContext } from './unit-context.ts';

/** The bytes of the files that configs and secrets name, by the text after `file:`. */
export async function readSideFiles(
  context: UnitContext,
  compose: Compose,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const section of ['configs', 'secrets'] as const) {
    for (const [name, { file, external }] of Object.entries(compose[section])) {
      if (file === undefined || external || files.has(file)) continue;
      const place = locateIn(context.loaded, [section, name, 'file']);
      const bytes = await readInput(context, resolvePath(context.folder, file), place);
      if (bytes) files.set(file, bytes);
    }
  }
  return files;
}
