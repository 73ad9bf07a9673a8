import { z } from 'zod';
import { SopsError } from './sops-error.ts';

const ageKeys = z.array(z.looseObject({ recipient: z.string(), enc: z.string() })).nullish();

/** The part of the `sops` block that decryption needs. https://github.com/getsops/sops/blob/main/stores/stores.go */
const Metadata = z.looseObject({
  age: ageKeys,
  key_groups: z.array(z.looseObject({ age: ageKeys })).nullish(),
  shamir_threshold: z.coerce.number().nullish(),
  lastmodified: z.coerce.string(),
  mac: z.string(),
  unencrypted_suffix: z.string().nullish(),
  encrypted_suffix: z.string().nullish(),
  unencrypted_regex: z.string().nullish(),
  encrypted_regex: z.string().nullish(),
  unencrypted_comment_regex: z.string().nullish(),
  encrypted_comment_regex: z.string().nullish(),
  mac_only_encrypted: z.union([z.boolean(), z.stringbool()]).nullish(),
});
export type Metadata = z.infer<typeof Metadata>;

export function readMetadata(raw: unknown): Metadata {
  const read = Metadata.safeParse(raw);
  if (!read.success) {
    throw new SopsError('its "sops" block is damaged', 'Encrypt the file again with sops.');
  }
  if (read.data.encrypted_comment_regex || read.data.unencrypted_comment_regex) {
    throw new SopsError(
      'it chooses what is encrypted by comments (encrypted_comment_regex), which Skep does not read',
      'Use encrypted_regex or encrypted_suffix in .sops.yaml and encrypt the file again.',
    );
  }
  return read.data;
}

/** Whether a value at this path was encrypted, by the rules in the file; SOPS applies them in this order. */
export function isEncryptedPath(path: readonly string[], rules: Metadata): boolean {
  let encrypted = true;
  if (rules.unencrypted_suffix) encrypted = !path.some(endsWith(rules.unencrypted_suffix));
  if (rules.encrypted_suffix) encrypted = path.some(endsWith(rules.encrypted_suffix));
  if (rules.unencrypted_regex && path.some(matches(rules.unencrypted_regex))) encrypted = false;
  if (rules.encrypted_regex) encrypted = path.some(matches(rules.encrypted_regex));
  return encrypted;
}

function endsWith(suffix: string) {
  return (key: string) => key.endsWith(suffix);
}

function matches(pattern: string) {
  // Go writes flags as a prefix, (?i); JavaScript's modifiers want a group.
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const expression = new RegExp(flags ? pattern.slice(flags[0].length) : pattern, flags?.[1] ?? '');
  return (key: string) => expression.test(key);
}
