import { z } from 'zod';
import { cluster } from './cluster-keys.ts';
import { textOrList } from './lists-and-maps.ts';
import { network } from './networks.ts';
import { node } from './node-keys.ts';
import { nodePattern } from './node-match.ts';
import { config, secret } from './objects.ts';
import { service } from './service.ts';
import { skepOptions } from './skep-options.ts';
import { stack } from './stack-keys.ts';
import { strictObject } from './strict-object.ts';
import { tokens } from './token-keys.ts';
import { unsupportedShape } from './unsupported-keys.ts';
import { volumeDefinition } from './volume-definitions.ts';

/** What a section's keys may be; Docker's own rule. */
export const namePattern = /^[a-zA-Z0-9._-]+$/;

export const unsupportedFileKeys: Readonly<Record<string, string>> = {
  models: 'no model is started; run it as a service',
};

const includeKeys = strictObject({
  path: textOrList.meta({ description: 'The file, or several that are merged.' }),
  project_directory: z
    .string()
    .exactOptional()
    .meta({ description: 'Where paths in them count from.' }),
  env_file: textOrList.exactOptional().meta({ description: 'Files with variables for them.' }),
});

const include = z.array(
  z.union([
    z.string().transform((path): z.output<typeof includeKeys> => ({ path: [path] })),
    includeKeys,
  ]),
);

const plain = {
  version: z
    .string()
    .exactOptional()
    .meta({ description: 'Passed over: the keys say what they mean.', deprecated: true }),
  name: z
    .string()
    .exactOptional()
    .meta({ description: 'The stack’s name; makes the file a stack wherever it lies.' }),
  include: include.exactOptional().meta({ description: 'Other files whose content belongs here.' }),
  cluster: cluster.exactOptional().meta({ description: 'Settings of the Swarm.' }),
  tokens: tokens
    .exactOptional()
    .meta({ description: 'When join tokens are rotated, and where they go.' }),
  'x-skep': skepOptions.exactOptional().meta({ description: 'How Skep treats the whole file.' }),
  ...unsupportedShape(unsupportedFileKeys),
};

export const sections = {
  services: service.meta({ description: 'A service.' }),
  networks: network.meta({ description: 'A network.' }),
  volumes: volumeDefinition.meta({ description: 'A volume.' }),
  configs: config.meta({ description: 'A config.' }),
  secrets: secret.meta({ description: 'A secret.' }),
  nodes: node.meta({ description: 'A node, or several.' }),
  stacks: stack.meta({ description: 'A stack whose files lie elsewhere.' }),
};

export type SectionName = keyof typeof sections;

const anyEntries = z.record(z.string(), z.unknown()).exactOptional();

/** The file but for the entries of its sections, which are checked one by one so that one fault hides no other. */
export const outline = strictObject({
  ...plain,
  services: anyEntries,
  networks: anyEntries,
  volumes: anyEntries,
  configs: anyEntries,
  secrets: anyEntries,
  nodes: anyEntries,
  stacks: anyEntries,
});

function entries<Entry extends z.ZodType>(entry: Entry, description: string, names = namePattern) {
  return z.record(z.string().regex(names), entry).exactOptional().meta({ description });
}

/** The whole file, for the JSON Schema. */
export const wholeFile = strictObject({
  ...plain,
  services: entries(sections.services, 'What runs, by name.'),
  networks: entries(sections.networks, 'Networks, by name.'),
  volumes: entries(sections.volumes, 'Volumes, by name.'),
  configs: entries(sections.configs, 'Configs, by name.'),
  secrets: entries(sections.secrets, 'Secrets, by name.'),
  nodes: entries(
    sections.nodes,
    'Nodes, by host name (`*` and `?` for several) or ID.',
    nodePattern,
  ),
  stacks: entries(sections.stacks, 'Stacks whose files lie elsewhere, by name.'),
});
