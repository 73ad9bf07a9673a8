import { z } from 'zod';

/** Adds a finding of ours to a transform's issues. The message continues the key's name: "must be …", "is …". */
export function refuse(
  context: z.RefinementCtx,
  code: string,
  message: string,
  remedy: string,
  path: PropertyKey[] = [],
): never {
  context.addIssue({ code: 'custom', message, params: { code, remedy }, path });
  return z.NEVER;
}
