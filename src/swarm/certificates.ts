import { X509Certificate } from 'node:crypto';

/** From when until when, in ms since the epoch. */
export type Validity = { from: number; until: number };

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text; of none when one of them cannot be read. */
export function certificatesIn(text: string): X509Certificate[] {
  try {
    return (text.match(pem) ?? []).map((one) => new X509Certificate(one));
  } catch {
    return [];
  }
}

/** How long a PEM text is good: as long as the first of its certificates to end. */
export function validityOf(text: string): Validity | undefined {
  const all = certificatesIn(text).map(({ validFromDate, validToDate }): Validity => ({
    from: validFromDate.getTime(),
    until: validToDate.getTime(),
  }));
  return all.toSorted((a, b) => a.until - b.until)[0];
}
