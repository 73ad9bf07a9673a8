import type { Diagnostic } from './diagnostic.ts';
import { notRegular } from './source-directory.ts';
import type { Entry, Problem, SourceDirectory } from './source-directory.ts';

/** The files that count by their place alone, before any of them was read. All paths are relative. */
export type FoundSpecs = {
  /** Files of `stacks/`, with the name their place gives. */
  stacks: { name: string; file: string }[];
  /** Folders of `stacks/` without a file that could be the stack's, and why. */
  headless: { name: string; folder: string; problem: Problem }[];
  /** All others: cluster files, unless one has `name:` or is listed under `stacks:`. */
  others: string[];
  diagnostics: Diagnostic[];
};

const stackFolder = 'stacks';
const mainNames = ['stack', 'docker-stack', 'compose', 'docker-compose'];
const maxFiles = 5000;
const maxFolderDepth = 20;

/** Walks the desired directory. */
export async function findSpecs(source: SourceDirectory): Promise<FoundSpecs> {
  const walk = new Walk(source);
  await walk.folder('', []);
  const { found } = walk;
  if (found.stacks.length + found.headless.length + found.others.length === 0) {
    if (found.diagnostics.length === 0) found.diagnostics.push(nothingFound());
  }
  return found;
}

type Entered = { problem: Problem } | { entries: Entry[]; above: string[] };

class Walk {
  readonly found: FoundSpecs = { stacks: [], headless: [], others: [], diagnostics: [] };
  readonly #source: SourceDirectory;

  constructor(source: SourceDirectory) {
    this.#source = source;
  }

  async folder(folder: string, above: readonly string[]): Promise<void> {
    const entered = await this.#enter(folder, above);
    if ('problem' in entered) {
      this.#report(folder, entered.problem);
      return;
    }
    for (const entry of entered.entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isSpecName(entry.name)) this.#file(folder, path, entry);
      else if (entry.isDirectory && folder === stackFolder) {
        await this.#stackFolder(path, entry.name, entered.above);
      } else if (entry.isDirectory) await this.folder(path, entered.above);
      if (this.#isFull()) return;
    }
  }

  #file(folder: string, path: string, entry: Entry): void {
    if (entry.isDirectory) this.#report(path, notRegular(path, true));
    if (folder === stackFolder) {
      this.found.stacks.push({ name: entry.name.replace(/\.ya?ml$/, ''), file: path });
    } else if (!entry.isDirectory) this.found.others.push(path);
  }

  async #stackFolder(folder: string, name: string, above: readonly string[]): Promise<void> {
    const entered = await this.#enter(folder, above);
    if ('problem' in entered) {
      this.found.headless.push({ name, folder, problem: entered.problem });
      return;
    }
    const names = new Set(entered.entries.map((entry) => entry.name));
    const candidates = mainNames.flatMap((main) => [`${main}.yaml`, `${main}.yml`]);
    const main = candidates.find((candidate) => names.has(candidate));
    if (main) this.found.stacks.push({ name, file: `${folder}/${main}` });
    else this.found.headless.push({ name, folder, problem: noStackFile(folder) });
  }

  /** What is in a folder, unless it leads out of the directory or back into one that is being walked. */
  async #enter(folder: string, above: readonly string[]): Promise<Entered> {
    const real = await this.#source.realFolder(folder);
    if (real === undefined) return { problem: leadsOut(folder) };
    if (above.includes(real)) return { problem: loops(folder) };
    if (above.length > maxFolderDepth) return { problem: tooDeep(folder) };
    const listing = await this.#source.list(folder);
    if ('problem' in listing) return listing;
    const entries = listing.entries.filter(({ name }) => !isSkipped(name));
    return { entries, above: [...above, real] };
  }

  #isFull(): boolean {
    const { stacks, others, diagnostics } = this.found;
    if (stacks.length + others.length <= maxFiles) return false;
    if (!diagnostics.some(({ code }) => code === 'too-many-files')) {
      diagnostics.push({
        severity: 'error',
        code: 'too-many-files',
        message: `There are more than ${maxFiles} YAML files in the desired directory.`,
        remedy:
          'Name the directory of the cluster itself, or begin folders of other files with "_".',
      });
    }
    return true;
  }

  #report(path: string, problem: Problem): void {
    const place = path === '' ? {} : { place: { file: path, line: 1, column: 1 } };
    this.found.diagnostics.push({ severity: 'error', ...problem, ...place });
  }
}

/** `lost+found` is at the root of a file system, and only root may look into it. */
function isSkipped(name: string): boolean {
  return /^[._]/.test(name) || name === 'lost+found';
}

function isSpecName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

function nothingFound(): Diagnostic {
  return {
    severity: 'error',
    code: 'directory-empty',
    message: 'The desired directory holds no YAML file, so nothing is removed from the cluster.',
    remedy:
      'Check that it is mounted and checked out. To run nothing, keep one file with "services: {}".',
  };
}

function noStackFile(folder: string): Problem {
  return {
    code: 'no-stack-file',
    message: `"${folder}" holds no file of a stack.`,
    remedy:
      'Name its main file compose.yaml, or delete the folder to remove the stack; begin its name with "_" if it is none.',
  };
}

function leadsOut(path: string): Problem {
  return {
    code: 'outside-directory',
    message: `"${path}" is a symlink that leads out of the desired directory.`,
    remedy: 'Put the folder in the desired directory.',
  };
}

function loops(path: string): Problem {
  return {
    code: 'symlink-loop',
    message: `"${path}" is a symlink to a folder above it.`,
    remedy: 'Remove the link.',
  };
}

function tooDeep(path: string): Problem {
  return {
    code: 'too-deep',
    message: `"${path}" lies more than ${maxFolderDepth} folders deep.`,
    remedy: 'Begin the name of folders that are not meant for Skep with "_".',
  };
}
