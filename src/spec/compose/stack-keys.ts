import { textList, textOrList } from './lists-and-maps.ts';
import { refuse } from './refuse.ts';
import { strictObject } from './strict-object.ts';

/** An entry of `stacks`. */
export const stack = strictObject({
  files: textList
    .transform((files, context): string[] =>
      files.length > 0
        ? files
        : refuse(context, 'missing-key', 'names no file', 'Name at least one file.'),
    )
    .meta({ description: 'Its files, merged in order; paths count from the first.' }),
  env_file: textOrList
    .exactOptional()
    .meta({ description: 'Files with variables for the interpolation.' }),
});
