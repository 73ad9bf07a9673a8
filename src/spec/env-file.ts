import { interpolate } from './interpolate.ts';

/** What a file of variables holds, and which of its lines are wrong (counted from 1). */
type EnvFile = {
  /** `undefined`: named without a value. */
  entries: Map<string, string | undefined>;
  problems: { line: number; message: string }[];
};

/**
 * A service's `env_file` as `docker stack deploy` reads it: values are taken as they are, quotes and all
 * (https://github.com/docker/cli/blob/master/pkg/kvfile/kvfile.go).
 */
export function parseEnvFile(text: string): EnvFile {
  const file: EnvFile = { entries: new Map(), problems: [] };
  for (const { line, content } of assignments(text)) {
    const equals = content.indexOf('=');
    const name = equals === -1 ? content : content.slice(0, equals);
    const message = nameProblem(name);
    if (message) file.problems.push({ line, message });
    else file.entries.set(name, equals === -1 ? undefined : content.slice(equals + 1));
  }
  return file;
}

/**
 * A `.env` as Docker Compose reads it: quotes are taken off and may span lines, ` #` starts a comment, and all but single
 * quotes may hold variables: of `lookup` first, then of the lines before.
 */
export function parseDotEnv(text: string, lookup: (name: string) => string | undefined): EnvFile {
  const file: EnvFile = { entries: new Map(), problems: [] };
  const known = (name: string) => lookup(name) ?? file.entries.get(name);
  let readTo = 0;
  for (const { line, content, offset } of assignments(text)) {
    if (offset < readTo) continue;
    const { name, written, start } = splitDotEnvLine(content);
    const value = written === undefined ? undefined : unquote(text, offset + start, written);
    readTo = value?.end ?? readTo;
    const filled = value && fill(value, known);
    const message = nameProblem(name) ?? filled?.problem;
    if (message) file.problems.push({ line, message });
    else file.entries.set(name, filled?.text);
  }
  return file;
}

function splitDotEnvLine(content: string): { name: string; written?: string; start: number } {
  const separator = content.search(/[=:]/);
  const head = separator === -1 ? content : content.slice(0, separator);
  const name = head.replace(/^export\s+/, '').trimEnd();
  if (separator === -1) return { name, start: content.length };
  const written = content.slice(separator + 1).trimStart();
  return { name, written, start: content.length - written.length };
}

type Value = { text: string; literal?: boolean; problem?: string; end?: number };

/** `end`, of a quoted value, is where it ends in the whole text: it may be lines below. */
function unquote(text: string, start: number, written: string): Value {
  const quote = /^["']/.exec(written)?.[0];
  if (!quote) return { text: written.replace(/(^|\s)#.*$/, '').trimEnd() };
  const closing = quote === '"' ? /"((?:[^"\\]|\\.)*)"/sy : /'([^']*)'/y;
  closing.lastIndex = start;
  const match = closing.exec(text);
  if (!match) return { text: '', problem: `A ${quote} is opened and never closed.` };
  return { ...quoted(match[1]!, quote), end: closing.lastIndex };
}

function quoted(text: string, quote: string): Value {
  if (quote === "'") return { text, literal: true };
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', $: '$$' };
  return { text: text.replace(/\\(.)/gs, (_all, char: string) => escapes[char] ?? char) };
}

function fill(value: Value, lookup: (name: string) => string | undefined): Value {
  if (value.literal || value.problem) return value;
  const { text, error } = interpolate(value.text, lookup);
  if (!error) return { text };
  const problem =
    error.kind === 'required' ? `The variable "${error.name}" is required.` : error.message;
  return { text: '', problem };
}

/** The message never quotes the line: it may be a value on its own. */
function nameProblem(name: string): string | undefined {
  if (name === '') return 'The name of the variable is missing before "=".';
  if (/\s/.test(name)) return 'The name of a variable cannot hold spaces.';
  return undefined;
}

/** Lines that say something, without the blanks before; `offset` is where they start in the text. */
function assignments(text: string) {
  let next = 0;
  return text.split('\n').flatMap((whole, index) => {
    const start = next;
    next += whole.length + 1;
    const content = whole.trimStart().replace(/\r$/, '');
    if (content === '' || content.startsWith('#')) return [];
    return [{ line: index + 1, content, offset: start + whole.length - whole.trimStart().length }];
  });
}
