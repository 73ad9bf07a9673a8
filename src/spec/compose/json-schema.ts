import { z } from 'zod';
import { wholeFile } from './file.ts';

/** The JSON Schema of every file Skep reads, for editors and for the reference. */
export function jsonSchema(): object {
  const schema = z.toJSONSchema(wholeFile, {
    io: 'input',
    override: ({ jsonSchema }) => adjust(jsonSchema),
  });
  return { ...schema, title: 'Skep: a Compose file, or a file of a cluster' };
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function adjust(schema: JsonSchema): void {
  // Whatever begins with "x-" is allowed wherever the keys are fixed.
  if (schema.type === 'object' && schema.additionalProperties === false) {
    schema.patternProperties = { '^x-(?!skep$)': {} };
  }
  // Text and a number are one alternative to an editor, so it offers one.
  const types = schema.anyOf?.map((each) =>
    Object.keys(each).join() === 'type' ? each.type : undefined,
  );
  if (types?.every((type) => type !== undefined) === true) {
    delete schema.anyOf;
    Object.assign(schema, { type: types });
  }
}
