import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { convertUnit } from '../../src/desired/convert-unit.ts';
import type { DesiredUnit } from '../../src/desired/desired.ts';
import type { Diagnostic } from '../../src/spec/diagnostic.ts';
import { readSpecs } from '../../src/spec/read-specs.ts';
import type { ConfigSpec, NetworkCreate, SecretSpec, ServiceSpec } from '../../src/swarm/types.ts';

/** Stack files from public repositories, with what `docker stack deploy` made of them; it lies beside the project. */
const corpus =
  process.env['SKEP_CORPUS'] ?? new URL('../../../shared/corpus', import.meta.url).pathname;

export const corpusIsThere = existsSync(join(corpus, 'golden'));

/** One run of `docker stack deploy`. */
export type Deployed = {
  slug: string;
  stack: string;
  /** Where it ran: a folder below `/c/<owner>__<repo>`. */
  workdir: string;
  files: string[];
  env: Record<string, string>;
  services: Record<string, { Spec: ServiceSpec }>;
  networks: Record<string, { CreateRequest: NetworkCreate }>;
  configs: Record<string, ConfigSpec>;
  secrets: Record<string, SecretSpec>;
  /** What the files take as given, by name. */
  precreated: { networks: string[]; configs: string[]; secrets: string[] };
};

/** What `docker stack deploy` takes although no task of it could ever start, so Skep says what is wrong instead. */
export const meantRefusals: Record<string, string> = {
  'synthetic__a--edge-dupmount': 'duplicate',
};

export function listDeployed(kind: 'golden' | 'rejects'): Deployed[] {
  const folder = join(corpus, kind);
  return readdirSync(folder).map((file): Deployed => ({
    ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Deployed),
    slug: file.slice(0, -'.json'.length),
  }));
}

/** The name below which the corpus lies in the desired directory: no specs of their own, only what `stacks:` lists. */
const folderOfCorpus = '_c';

/** A desired directory with the whole corpus in it. */
export function makeDesiredDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'skep-corpus-'));
  for (const entry of readdirSync(corpus, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    const target = join(directory, folderOfCorpus, relative(corpus, source));
    if (!entry.isFile() || /^(golden|rejects)/.test(relative(corpus, source))) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(source));
  }
  return directory;
}

/** The texts of the files of one deployment. */
export function readCorpus({ workdir, files }: Deployed): string[] {
  const repository = workdir.split('/').slice(2, 3).join('/');
  return files.map((file) => readFileSync(join(corpus, repository, file), 'utf8'));
}

/** How Skep reads the files of one deployment. */
export function filesOf(directory: string, deployed: Deployed) {
  const repository = deployed.workdir.split('/').slice(2, 3).join('/');
  const files = deployed.files.map((file) => `${folderOfCorpus}/${repository}/${file}`);
  return {
    directory,
    environment: { HOME: '/root', ...deployed.env },
    overlay: { 'corpus.yaml': JSON.stringify({ stacks: { [deployed.stack]: { files } } }) },
  };
}

/** What Skep makes of the files of one deployment: the same as a stack of the same name, or the errors. */
export async function convertDeployed(
  directory: string,
  deployed: Deployed,
): Promise<{ desired: DesiredUnit | undefined; errors: Diagnostic[] }> {
  const specs = await readSpecs(filesOf(directory, deployed));
  const unit = specs.units.find(({ name }) => name === deployed.stack);
  const desired = unit && convertUnit(unit);
  const errors = [...specs.diagnostics, ...(desired?.diagnostics ?? [])].filter(
    ({ severity }) => severity === 'error',
  );
  return { desired: desired && relocate(desired, directory), errors };
}

/** Paths as they were where `docker stack deploy` ran. */
export function relocate(desired: DesiredUnit, directory: string): DesiredUnit {
  const text = JSON.stringify(desired);
  return JSON.parse(text.replaceAll(join(directory, folderOfCorpus), '/c')) as DesiredUnit;
}
