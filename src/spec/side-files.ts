import type { ClusterDocument } from './cluster.ts';
import type { Compose } from './compose.ts';
import type { Path } from './diagnostic.ts';
import { resolvePath } from './source-directory.ts';
import { locateIn, readInput } from './unit-context.ts';
import type { UnitContext } from './unit-context.ts';

/** The bytes of the files that configs, secrets and external CAs name, by the text that names them. */
export async function readSideFiles(
  context: UnitContext,
  compose: Compose,
  { cluster }: ClusterDocument,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const read = async (file: string | undefined, path: Path) => {
    if (file === undefined || files.has(file)) return;
    const place = locateIn(context.loaded, path);
    const bytes = await readInput(context, resolvePath(context.folder, file), place);
    if (bytes) files.set(file, bytes);
  };
  for (const section of ['configs', 'secrets'] as const) {
    for (const [name, { file, external }] of Object.entries(compose[section])) {
      if (!external) await read(file, [section, name, 'file']);
    }
  }
  for (const [index, { ca_cert_file: file }] of (cluster?.external_cas ?? []).entries()) {
    await read(file, ['cluster', 'external_cas', index, 'ca_cert_file']);
  }
  return files;
}
