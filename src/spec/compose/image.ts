import { z } from 'zod';
import { refuse } from './refuse.ts';

const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const domain = '(?:[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?';
const shape = new RegExp(
  `^(?:${domain}/)?${part}(?:/${part})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

/** A reference as https://pkg.go.dev/github.com/distribution/reference has it. */
export const image = z.string().transform((text, context): string => {
  if (shape.test(text)) return text;
  if (text === '') return refuse(context, 'bad-image', 'is empty', 'Name an image.');
  const isUpper = shape.test(text.toLowerCase());
  const message = isUpper ? 'has capitals in its repository' : 'is no image reference';
  return refuse(
    context,
    'bad-image',
    message,
    'Write it as "registry/name:tag", in small letters.',
  );
});
