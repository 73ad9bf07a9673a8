import { z } from 'zod';
import { refuse } from './refuse.ts';

const shape = /^\s*([a-z_][a-z0-9\-_.]+)\s*(?:==|!=)\s*([a-z0-9:\-_\s.*()?+[\]\\^$|/]+)$/i;

/** `node.labels.zone == a` and the like, in the letters that the scheduler accepts. It stays as written. */
export const constraint = z
  .string()
  .transform((text, context): string =>
    shape.test(text)
      ? text
      : refuse(
          context,
          'bad-constraint',
          'is no placement constraint',
          'Write it as "node.labels.zone == a" or "node.role != manager".',
        ),
  );

const known = [
  'node.id',
  'node.hostname',
  'node.ip',
  'node.role',
  'node.platform.os',
  'node.platform.arch',
];

/** True when no node can ever answer to what the constraint asks for. */
export function asksForUnknown(constraint: string): boolean {
  const key = shape.exec(constraint)?.[1]?.toLowerCase() ?? '';
  return !known.includes(key) && !/^(node|engine)\.labels\../.test(key);
}
