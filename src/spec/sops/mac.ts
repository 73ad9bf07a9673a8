import { createHash, timingSafeEqual } from 'node:crypto';
import { decryptMac } from './encrypted-value.ts';
import type { Metadata } from './metadata.ts';
import { SopsError } from './sops-error.ts';

// https://github.com/getsops/sops/blob/main/sops.go, MACOnlyEncryptedInitialization
const onlyEncryptedStart = Buffer.from(
  '8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69',
  'hex',
);

/** SHA-512 over the plain values in the order of the file; comments and nulls are not part of it. */
export type MacSum = { add(plain: Buffer | string, encrypted: boolean): void; hex(): string };

export function startMac(metadata: Metadata): MacSum {
  const onlyEncrypted = metadata.mac_only_encrypted === true;
  const hash = createHash('sha512');
  if (onlyEncrypted) hash.update(onlyEncryptedStart);
  return {
    add: (plain, encrypted) => {
      if (encrypted || !onlyEncrypted) hash.update(plain);
    },
    hex: () => hash.digest('hex').toUpperCase(),
  };
}

/** A file whose values decrypt one by one may still have been reordered, cut or mixed: the MAC tells. */
export function checkMac(sum: MacSum, metadata: Metadata, key: Buffer): void {
  const expected = Buffer.from(decryptMac(metadata.mac, key, metadata.lastmodified));
  const found = Buffer.from(sum.hex());
  if (expected.length !== found.length || !timingSafeEqual(expected, found)) {
    throw new SopsError(
      'its MAC does not match: values were added, removed or changed without sops',
      'Restore the file from its repository, or edit it with "sops <file>".',
    );
  }
}
