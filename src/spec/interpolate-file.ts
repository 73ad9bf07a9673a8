import { hasErrors } from './diagnostic.ts';
import type { Diagnostic, Path } from './diagnostic.ts';
import { interpolate } from './interpolate.ts';
import type { Interpolated, Problem } from './interpolate.ts';
import { isPlainObject } from './plain-object.ts';
import { Override } from './tags.ts';
import type { YamlFile } from './yaml.ts';

/** More findings help nobody; but no number of warnings may hide that there is an error. */
const maxReported = 100;

/** Fills variables into every text of a file but its keys and its `x-` sections, which Docker leaves alone too. */
export function interpolateFile(
  yaml: YamlFile,
  lookup: (name: string) => string | undefined,
): { value: unknown; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const fill = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return fillText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index]));
    if (value instanceof Override) return new Override(fill(value.value, path));
    if (!isPlainObject(value)) return value;
    const entries = Object.entries(value).map(([key, item]) => {
      const isExtension = path.length === 0 && key.startsWith('x-') && key !== 'x-skep';
      return [key, isExtension ? item : fill(item, [...path, key])] as const;
    });
    return Object.fromEntries(entries);
  };
  const fillText = (text: string, path: Path): string => {
    const result = interpolate(text, lookup);
    const isNews = diagnostics.length < maxReported || (result.error && !hasErrors(diagnostics));
    if (isNews) diagnostics.push(...describe(result, text, path, yaml));
    return result.text;
  };
  return { value: fill(yaml.value, []), diagnostics };
}

function describe(result: Interpolated, text: string, path: Path, yaml: YamlFile): Diagnostic[] {
  const at = ({ offset }: Problem) => {
    const before = text.slice(0, offset).split('$').length - 1;
    const place = yaml.locateDollar(path, before) ?? yaml.locate(path);
    return place ? { place } : {};
  };
  const found: Diagnostic[] = result.missing.slice(0, maxReported).map((missing) => ({
    severity: 'warning',
    code: 'missing-variable',
    message: `The variable "${missing.name}" is not set and becomes empty.`,
    remedy: `Set it, or write a default: \${${missing.name}:-default}.`,
    ...at(missing),
  }));
  const { error } = result;
  if (error?.kind === 'required') {
    const reason = error.message === '' ? '' : `: ${error.message}`;
    const message = `The variable "${error.name}" is required${reason}`;
    const remedy = `Set ${error.name} in the environment or in the ".env" beside the file.`;
    found.push({ severity: 'error', code: 'required-variable', message, remedy, ...at(error) });
  }
  if (error?.kind === 'invalid') {
    const remedy = 'Write $$ for a "$" that is meant as it is, or ${NAME} for a variable.';
    const { message } = error;
    found.push({ severity: 'error', code: 'invalid-variable', message, remedy, ...at(error) });
  }
  return found;
}
