import { jsonSchema } from '../spec/compose/json-schema.ts';
import type { CliCommand } from './command.ts';

export const schema: CliCommand = {
  name: 'schema',
  summary: 'print the JSON Schema of the files, for editors',
  help: "Save it and name it in a file's first line:\n  # yaml-language-server: $schema=./skep.schema.json",
  settings: [],
  async run({ io }) {
    io.out(JSON.stringify(jsonSchema(), null, 2));
    return 0;
  },
};
