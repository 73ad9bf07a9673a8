import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { formatDiagnostic } from './format-diagnostic.ts';
import { readSpecs } from './read-specs.ts';
import type { ReadOptions } from './read-specs.ts';
import type { SpecSet, UnitSpec } from './spec-set.ts';

export type Files = Record<string, string | Uint8Array>;

/** The smallest stack. */
export const web = 'services: { web: { image: nginx } }\n';

/** A desired directory for a test, gone after `await using`. */
export class SpecDirectory {
  path = '';

  static async create(): Promise<SpecDirectory> {
    const created = new SpecDirectory();
    await created.make();
    return created;
  }

  async make(): Promise<void> {
    this.path = await mkdtemp(join(tmpdir(), 'skep-specs-'));
  }

  async write(files: Files): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.path, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }

  read(options: Partial<ReadOptions> = {}): Promise<SpecSet> {
    return readSpecs({ directory: this.path, environment: {}, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** A directory of its own for each test of a file, there while the test runs. */
export function eachTestsDirectory(): SpecDirectory {
  const directory = new SpecDirectory();
  beforeEach(() => directory.make());
  afterEach(() => directory[Symbol.asyncDispose]());
  return directory;
}

/** Reads a directory of these files. */
export async function readFiles(
  files: Files,
  options: Partial<ReadOptions> = {},
): Promise<SpecSet> {
  await using directory = await SpecDirectory.create();
  await directory.write(files);
  return await directory.read(options);
}

export function texts({ diagnostics }: SpecSet): string[] {
  return diagnostics.map(formatDiagnostic);
}

export function errorCodes({ diagnostics }: SpecSet): string[] {
  return diagnostics.flatMap(({ severity, code }) => (severity === 'error' ? code : []));
}

export function names({ units }: SpecSet): string[] {
  return units.map(({ name }) => name);
}

export function unit(set: SpecSet, name: string): UnitSpec {
  const found = set.units.find((one) => one.name === name);
  if (!found) throw new Error(`There is no unit ${name}: ${texts(set).join('\n')}`);
  return found;
}
