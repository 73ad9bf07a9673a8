import { problems } from '../http/problems.ts';
import { markdownTable, page } from './markdown.ts';

type Operation = {
  summary?: string;
  description?: string;
  operationId?: string;
  'x-scope'?: string;
  parameters?: { name: string; in: string; description?: string; schema?: { description?: string } }[];
};
export type OpenApi = { paths?: Record<string, Record<string, Operation>> };

export function apiPage(document: OpenApi): string {
  const paths = Object.entries(document.paths ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [
      `\`${method.toUpperCase()} ${path}\``,
      operation['x-scope'] ?? 'none',
      parameters(operation),
      operation.summary ?? operation.description ?? '',
    ]),
  );
  return page(
    'HTTP API',
    'The running Skep describes itself at `/openapi.json` (OpenAPI 3.1), with the form of every body. A token goes into `Authorization: Bearer …`; the scope tells which one is needed. Lists are `{ "items": [], "nextCursor": null }`; times are ms since the epoch.',
    markdownTable(['request', 'scope', 'parameters', 'what it does'], rows),
    '## Errors',
    'An error is an RFC 9457 problem (`application/problem+json`) with a stable `code`, a `detail` that says what to do, and the request\'s ID in `instance`.',
    markdownTable(
      ['code', 'status', 'meaning'],
      Object.entries(problems).map(([code, { status, title }]) => [`\`${code}\``, String(status), title]),
    ),
  );
}

function parameters({ parameters = [] }: Operation): string {
  return parameters
    .map(({ name, description, schema }) => {
      const meaning = description ?? schema?.description;
      return meaning ? `\`${name}\` (${meaning})` : `\`${name}\``;
    })
    .join(', ');
}
