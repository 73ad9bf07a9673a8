import type { Metadata } from './metadata.ts';
import { SopsError } from './sops-error.ts';

/** The 32 bytes that every value of the file is encrypted with, opened with one of the age identities. */
export async function openDataKey(
  metadata: Metadata,
  identities: readonly string[],
): Promise<Buffer> {
  const recipients = ageRecipients(metadata);
  if (identities.length === 0) {
    throw new SopsError(
      'it is encrypted, and no age key is set',
      'Set SKEP_AGE_KEY or SKEP_AGE_KEY_FILE to the key that opens it.',
    );
  }
  // age brings 90 ms of modules; most directories never need it.
  const { Decrypter, armor } = await import('age-encryption');
  const decrypter = new Decrypter();
  addIdentities(decrypter, identities);
  for (const { enc } of recipients) {
    const key = await decrypter.decrypt(armor.decode(enc)).catch(() => undefined);
    if (key?.length === 32) return Buffer.from(key);
  }
  throw new SopsError(
    `none of the age keys opens it; it is for ${recipients.map((one) => one.recipient).join(', ')}`,
    'Set the right SKEP_AGE_KEY, or add its recipient with "sops updatekeys".',
  );
}

function addIdentities(
  decrypter: { addIdentity(text: string): void },
  identities: readonly string[],
) {
  for (const identity of identities) {
    try {
      decrypter.addIdentity(identity);
    } catch {
      throw new SopsError(
        'an age key that is set is not a valid one',
        'It begins with AGE-SECRET-KEY-1; make one with age-keygen.',
      );
    }
  }
}

function ageRecipients(metadata: Metadata) {
  const groups = metadata.key_groups ?? [];
  const shared = (metadata.shamir_threshold ?? 0) > 1 && groups.length > 1;
  const recipients = [...(metadata.age ?? []), ...groups.flatMap((group) => group.age ?? [])];
  if (shared) {
    throw new SopsError(
      'its key is shared over several key groups (shamir_threshold), which Skep does not support',
      'Encrypt it for one group of age recipients.',
    );
  }
  if (recipients.length === 0) {
    throw new SopsError(
      'it is not encrypted for an age key, and Skep opens no other',
      'Add an age recipient to .sops.yaml and run "sops updatekeys".',
    );
  }
  return recipients;
}

/** The identities of a key setting or file: one a line, `#` comments. */
export function ageIdentities(text: string): string[] {
  return text
    .split(/[\s,]+(?=AGE|#|$)|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
