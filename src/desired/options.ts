import type { SkepOptions } from '../spec/compose.ts';

/** What holds for one object: its own `x-skep` over that of its file; both lists of ignored fields count. */
export function optionsFor(file: SkepOptions, own: SkepOptions | undefined): SkepOptions {
  const ignore = [...(file.ignore ?? []), ...(own?.ignore ?? [])];
  return { ...file, ...own, ...(ignore.length > 0 && { ignore }) };
}
