import { extname } from 'node:path';
import { decryptDotenv, isEncryptedDotenv } from './dotenv-file.ts';
import { decryptBinary, decryptStructured, structuredMetadata } from './structured-file.ts';

/**
 * A file's bytes, decrypted in memory when SOPS encrypted it and as they are when not. The format follows the name, as
 * with the `sops` command: YAML, JSON, dotenv, and any other name is a file that was encrypted whole.
 * Throws `SopsError` when it is encrypted and cannot be opened or was tampered with.
 */
export async function decryptFile(
  file: string,
  bytes: Buffer,
  identities: readonly string[],
): Promise<Buffer> {
  if (!bytes.includes('sops')) return bytes;
  const text = bytes.toString('utf8');
  if (isDotenv(file)) {
    return isEncryptedDotenv(text) ? Buffer.from(await decryptDotenv(text, identities)) : bytes;
  }
  if (structuredMetadata(text) === undefined) return bytes;
  if (isStructured(file)) return Buffer.from(await decryptStructured(text, identities));
  return await decryptBinary(text, identities);
}

function isDotenv(file: string): boolean {
  return extname(file) === '.env' || file.endsWith('/.env') || file === '.env';
}

function isStructured(file: string): boolean {
  return ['.yaml', '.yml', '.json'].includes(extname(file));
}
