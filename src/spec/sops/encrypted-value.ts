import { createDecipheriv } from 'node:crypto';
import { SopsError } from './sops-error.ts';

const form =
  /^ENC\[AES256_GCM,data:([^,]*),iv:([^,]+),tag:([^,]+),type:(str|int|float|bool|bytes|time|comment)\]$/;

export type Decrypted = { type: string; bytes: Buffer };

/** `ENC[AES256_GCM,…]` with its path as additional data, `a:b:`. An empty text was not encrypted. */
export function decryptValue(text: string, key: Buffer, path: readonly string[]): Decrypted {
  return decryptWith(text, key, `${path.join(':')}:`, `the value at ${path.join('.')}`);
}

export function decryptMac(text: string, key: Buffer, lastModified: string): string {
  return decryptWith(text, key, lastModified, 'the MAC').bytes.toString('utf8');
}

function decryptWith(text: string, key: Buffer, additional: string, what: string): Decrypted {
  if (text === '') return { type: 'str', bytes: Buffer.alloc(0) };
  const match = form.exec(text);
  if (!match) {
    throw new SopsError(
      `${what} should be encrypted and is not`,
      'Somebody edited the encrypted file by hand: edit it with "sops <file>".',
    );
  }
  const [data, iv, tag] = [1, 2, 3].map((group) => Buffer.from(match[group] ?? '', 'base64'));
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv ?? '', { authTagLength: 16 });
    decipher.setAuthTag(tag ?? Buffer.alloc(0)).setAAD(Buffer.from(additional));
    return {
      type: match[4] ?? 'str',
      bytes: Buffer.concat([decipher.update(data ?? ''), decipher.final()]),
    };
  } catch {
    throw new SopsError(
      `${what} does not decrypt: it was changed or moved after it was encrypted`,
      'Restore the file from its repository, or encrypt it again with sops.',
    );
  }
}
