import { nodeConditions } from '../kinds/node/node-conditions.ts';
import { markdownTable, page } from './markdown.ts';

/** What the conditions of nodes mean. */
export function conditionsPage(): string {
  return page(
    'Conditions of nodes',
    'What `skep status`, the status page and the API tell of nodes that files name, and what to do about it.',
    markdownTable(
      ['condition', 'what it means, and what to do'],
      Object.entries(nodeConditions).map(([type, meaning]) => [`\`${type}\``, meaning]),
    ),
  );
}
