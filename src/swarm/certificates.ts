import { X509Certificate } from 'node:crypto';

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text; of none when one of them cannot be read. */
export function certificatesIn(text: string): X509Certificate[] {
  try {
    return (text.match(pem) ?? []).map((one) => new X509Certificate(one));
  } catch {
    return [];
  }
}
