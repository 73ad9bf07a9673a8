import { markdownTable, page } from './markdown.ts';

type Schema = {
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: string | number | boolean;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  required?: string[];
};

/** Every key of the files, with its path: `services.<name>.deploy.mode`. */
export function filesPage(schema: object): string {
  const rows = keys(schema as Schema, '').map(({ path, schema, required }) => [
    `\`${path}\``,
    `${formOf(schema)}${required ? ', required' : ''}`,
    describe(schema),
  ]);
  return page(
    'Keys of the files',
    'Every file is a Compose file; `cluster`, `tokens`, `nodes` and `stacks` are Skep\'s, and so is `x-skep`. `<name>` stands for a name that you choose, `[]` for each item of a list. `skep schema` prints the same as a JSON Schema for editors.',
    markdownTable(['key', 'form', 'meaning'], rows),
  );
}

type Key = { path: string; schema: Schema; required: boolean };

function keys(schema: Schema, path: string): Key[] {
  return [schema, ...(schema.anyOf ?? [])].flatMap((form) => [
    ...Object.entries(form.properties ?? {}).flatMap(([name, below]) => {
      const own = path ? `${path}.${name}` : name;
      const required = form.required?.includes(name) ?? false;
      return [{ path: own, schema: below, required }, ...keys(below, own)];
    }),
    ...(typeof form.additionalProperties === 'object'
      ? keys(form.additionalProperties, `${path}.<name>`)
      : []),
    ...(form.items ? keys(form.items, `${path}[]`) : []),
  ]);
}

function formOf(schema: Schema): string {
  const forms = schema.anyOf?.map(formOf) ?? [];
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (forms.length > 0) return [...new Set(forms)].join(' or ');
  const types = [schema.type ?? 'anything'].flat().map((type) => names[type] ?? type);
  return types.join(' or ');
}

const names: Record<string, string> = { object: 'map', array: 'list', string: 'text', boolean: 'true or false' };

function describe(schema: Schema): string {
  return schema.description ?? schema.anyOf?.find((form) => form.description)?.description ?? '';
}
