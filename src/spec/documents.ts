import { hasErrors } from './diagnostic.ts';
import type { Problem, SourceDirectory } from './source-directory.ts';
import { parseYaml } from './yaml.ts';
import type { YamlFile } from './yaml.ts';

type ReadDocument = { yaml: YamlFile; bytes: Buffer } | { problem: Problem };

/** The YAML files of the directory, each read and parsed once however many units use it. */
export class Documents {
  readonly #source: SourceDirectory;
  readonly #parsed = new Map<string, Promise<ReadDocument>>();

  constructor(source: SourceDirectory) {
    this.#source = source;
  }

  read(path: string): Promise<ReadDocument> {
    const known = this.#parsed.get(path);
    if (known) return known;
    const parsed = this.#parse(path);
    this.#parsed.set(path, parsed);
    return parsed;
  }

  async #parse(path: string): Promise<ReadDocument> {
    const read = await this.#source.readText(path);
    if ('problem' in read) return read;
    const yaml = parseYaml(read.text, path);
    const isEmpty = (yaml.value ?? null) === null && !hasErrors(yaml.diagnostics);
    return isEmpty ? { problem: emptyFile(path) } : { yaml, bytes: read.bytes };
  }
}

/** A file that is being written is empty for a moment: that must not look like a wish for nothing. */
function emptyFile(path: string): Problem {
  return {
    code: 'empty-file',
    message: `"${path}" is empty.`,
    remedy: 'Delete the file, or write "services: {}" if nothing is meant.',
  };
}
