import type { z } from 'zod';
import type { Path } from '../diagnostic.ts';
import { namePattern, sections, type SectionName } from './file.ts';
import { nodePattern } from './node-match.ts';
import type { Notes } from './notes.ts';
import { reportIssues } from './report-issues.ts';
import { isMapping } from './strict-object.ts';

type Entry<Name extends SectionName> = z.output<(typeof sections)[Name]>;

/** Checks the entries of a section one by one, so that one fault hides no other. Of bad entries what is right stays. */
export function checkSection<Name extends SectionName>(
  name: Name,
  entries: Record<string, unknown> | undefined,
  notes: Notes,
): Record<string, Entry<Name>> {
  const schema = sections[name] as unknown as z.ZodType<Entry<Name>>;
  const checked = Object.entries(entries ?? {}).flatMap(([key, raw]) => {
    checkName(name, key, notes);
    const entry = salvage(schema, raw, [name, key], notes);
    if (entry !== undefined) return [[key, entry] as const];
    // What is defined badly is defined: that it were missing would be one more, misleading finding.
    return name === 'stacks' ? [] : [[key, {} as Entry<Name>] as const];
  });
  return Object.fromEntries(checked);
}

function checkName(section: SectionName, key: string, notes: Notes): void {
  const pattern = section === 'nodes' ? nodePattern : namePattern;
  if (pattern.test(key)) return;
  const remedy = `Use letters, digits, ".", "_" and "-" only${section === 'nodes' ? ', or "*" and "?" for several nodes' : ''}.`;
  notes.error([section, key], 'bad-name', 'is no valid name', remedy);
}

/** Reports all that is wrong with the value; what is left without the keys that are wrong, if that makes sense. */
export function salvage<Output>(
  schema: z.ZodType<Output>,
  raw: unknown,
  path: Path,
  notes: Notes,
): Output | undefined {
  const whole = schema.safeParse(raw);
  if (whole.success) return whole.data;
  reportIssues(whole.error.issues, raw, path, notes);
  const rest = schema.safeParse(isMapping(raw) ? withoutBadKeys(raw, whole.error.issues) : {});
  return rest.success ? rest.data : schema.safeParse({}).data;
}

function withoutBadKeys(raw: Record<string, unknown>, issues: z.core.$ZodIssue[]): object {
  const bad = new Set(issues.flatMap(badKeys));
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !bad.has(key)));
}

function badKeys(issue: z.core.$ZodIssue): string[] {
  const [key] = issue.path;
  if (key !== undefined) return [String(key)];
  if (issue.code === 'unrecognized_keys') return issue.keys;
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(badKeys) : [];
}
