import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { armor, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';

/** Writes values as SOPS does, for what its own files in test/vectors do not cover. */
export async function sopsWriter() {
  const identity = await generateIdentity();
  const recipient = await identityToRecipient(identity);
  const key = randomBytes(32);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const enc = armor.encode(await encrypter.encrypt(key));
  const lastmodified = '2026-01-02T03:04:05Z';

  function value(plain: string, path: string, type = 'str'): string {
    return sealed(plain, `${path}:`, type, key);
  }

  function metadata(plains: string[], rules: Record<string, unknown> = {}, seed = '') {
    const hash = createHash('sha512').update(Buffer.from(seed, 'hex'));
    for (const plain of plains) hash.update(plain);
    const mac = sealed(hash.digest('hex').toUpperCase(), lastmodified, 'str', key);
    return { age: [{ recipient, enc }], lastmodified, mac, version: '3.10.2', ...rules };
  }

  return { identity, value, metadata };
}

function sealed(plain: string, additional: string, type: string, key: Buffer): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(additional));
  const data = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
  const tag = cipher.getAuthTag().toString('base64');
  return `ENC[AES256_GCM,data:${data},iv:${iv.toString('base64')},tag:${tag},type:${type}]`;
}
