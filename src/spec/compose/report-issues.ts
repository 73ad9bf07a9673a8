import type { z } from 'zod';
import type { Path } from '../diagnostic.ts';
import { nearest } from './nearest.ts';
import type { Notes } from './notes.ts';

type Issue = z.core.$ZodIssue;

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'empty',
};

/** Turns what the schema found into findings at their places. `at` leads to `raw`. Values are never repeated. */
export function reportIssues(issues: readonly Issue[], raw: unknown, at: Path, notes: Notes): void {
  for (const issue of issues) {
    const own = issue.path as (string | number)[];
    reportIssue(issue, valueAt(raw, own), [...at, ...own], notes);
  }
}

function reportIssue(issue: Issue, value: unknown, path: Path, notes: Notes): void {
  if (issue.code === 'invalid_union') return reportUnion(issue, value, path, notes);
  if (issue.code === 'unrecognized_keys') return reportUnknownKeys(issue, path, notes);
  if (issue.code === 'invalid_type') return reportType([issue.expected], issue, value, path, notes);
  if (issue.code === 'invalid_value') return reportChoice(issue.values, value, path, notes);
  if (issue.code === 'invalid_key') {
    const remedy = 'Use letters, digits, ".", "_" and "-" only.';
    return notes.error(path, 'bad-name', 'is no valid name', remedy);
  }
  const { code, remedy } = (issue.code === 'custom' ? issue.params : undefined) ?? {};
  const said = typeof code === 'string' && typeof remedy === 'string';
  if (said) notes.error(path, code, issue.message, remedy);
  else notes.error(path, 'bad-value', 'has a value that is not allowed', 'See the reference.');
}

function reportUnknownKeys(
  issue: z.core.$ZodIssueUnrecognizedKeys,
  path: Path,
  notes: Notes,
): void {
  const remedies = issue.message.split('\n');
  for (const [index, key] of issue.keys.entries()) {
    notes.error([...path, key], 'unknown-key', 'is no key Skep knows', remedies[index] ?? '');
  }
}

/** Of a value with several forms, only the form is of interest that it was meant to have: the one of its type. */
function reportUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  value: unknown,
  path: Path,
  notes: Notes,
): void {
  const meant = issue.errors.filter((issues) => !issues.some(isOfOtherType));
  const [best] = meant.toSorted((a, b) => a.length - b.length);
  if (best !== undefined) return reportIssues(best, value, path, notes);
  const expected = issue.errors.flatMap((issues) => issues.filter(isOfOtherType)).flatMap(typesOf);
  reportType(expected, undefined, value, path, notes);
}

function isOfOtherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return issue.errors.every((each) => each.some(isOfOtherType));
  return issue.code === 'invalid_type';
}

function typesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(typesOf);
  return issue.code === 'invalid_type' ? [issue.expected] : [];
}

function reportType(
  expected: string[],
  issue: Issue | undefined,
  value: unknown,
  path: Path,
  notes: Notes,
): void {
  if (expected.includes('never')) {
    const [message = '', remedy = ''] = (issue?.message ?? '').split('\n');
    return notes.error(path, 'not-supported-by-swarm', message, remedy);
  }
  if (value === undefined) {
    return notes.error(path, 'missing-key', 'is missing', 'Add it.');
  }
  const wanted = [
    ...new Set(expected.filter((type) => type !== 'null').map((type) => typeNames[type] ?? type)),
  ];
  const message = `must be ${wanted.join(' or ')}, but is ${nameOf(value)}`;
  notes.error(path, 'wrong-type', message, typeRemedy(value, wanted));
}

function typeRemedy(value: unknown, wanted: string[]): string {
  if (value === null) return 'Give it a value, or remove the key.';
  const isScalar = typeof value !== 'object';
  if (isScalar && wanted.includes('text')) return 'Put it in quotes.';
  if (isScalar && wanted.includes('a list')) return 'Write it as a list: ["…"].';
  return `Write ${wanted.join(' or ')} here.`;
}

function nameOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeNames[typeof value] ?? typeof value;
}

function reportChoice(choices: readonly unknown[], value: unknown, path: Path, notes: Notes): void {
  if (value === undefined) return notes.error(path, 'missing-key', 'is missing', 'Add it.');
  const words = choices.map(String);
  const meant = nearest(typeof value === 'string' ? value : '', words);
  const remedy = meant === undefined ? 'Choose one of them.' : `Did you mean "${meant}"?`;
  notes.error(path, 'bad-value', `must be one of ${words.join(', ')}`, remedy);
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}
