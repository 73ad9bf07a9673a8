import { describe, expect, it } from 'vitest';
import { jsonSchema } from './json-schema.ts';

type Schema = {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  description?: string;
  type?: string | string[];
  enum?: string[];
};

function undescribed(schema: Schema, path: string): string[] {
  const children = [...(schema.anyOf ?? []), schema.items, schema.additionalProperties];
  return [
    ...children.flatMap((child) => (typeof child === 'object' ? undescribed(child, path) : [])),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, child]) => [
      ...(child.description === undefined ? [`${path}.${key}`] : []),
      ...undescribed(child, `${path}.${key}`),
    ]),
  ];
}

describe('jsonSchema', () => {
  const schema = jsonSchema() as Schema;
  const service = schema.properties?.['services']?.additionalProperties as Schema;

  it('describes every key', () => {
    expect(undescribed(schema, '')).toEqual([]);
  });

  it('knows the keys of Compose and those of a cluster', () => {
    expect(Object.keys(schema.properties ?? {})).toEqual(
      expect.arrayContaining(['services', 'secrets', 'include', 'cluster', 'nodes', 'tokens']),
    );
    expect(Object.keys(service.properties ?? {})).toEqual(
      expect.arrayContaining(['image', 'deploy', 'mem_limit', 'build', 'x-skep']),
    );
  });

  it('allows text where interpolation yields it, and "x-" keys but no other unknown ones', () => {
    expect(service.properties?.['tty']?.type).toEqual(['boolean', 'string']);
    expect(service.additionalProperties).toBe(false);
    expect(service.patternProperties).toEqual({ '^x-(?!skep$)': {} });
  });

  it('can be written as JSON', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});
