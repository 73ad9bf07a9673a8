import { connect } from 'node:tls';
import type { Validity } from './certificates.ts';

/** What a manager shows whoever connects to it; `nodeId` says whose it is. */
export type ServerCertificate = Validity & { nodeId: string };

/**
 * Reads the certificate that a manager presents at an address such as `10.0.0.1:2377`. Nothing is sent but the greeting: a
 * node that is about to join has no certificate either. Rejects when nobody answers in time.
 */
export async function readServerCertificate(
  address: string,
  timeoutMs: number,
): Promise<ServerCertificate> {
  const url = URL.parse(`https://${address}`);
  if (url === null) throw new Error(`"${address}" is no address`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port || 443);
  const { promise, resolve, reject } = Promise.withResolvers<ServerCertificate>();
  // It is only looked at. Managers speak HTTP/2 and end a connection that does not offer it.
  const options = { host, port, rejectUnauthorized: false, ALPNProtocols: ['h2'] };
  const socket = connect(options, () => {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return reject(new Error('it shows no certificate'));
    const { CN } = certificate.toLegacyObject().subject;
    const nodeId = [CN].flat()[0] ?? '';
    const [from, until] = [certificate.validFromDate, certificate.validToDate].map(Number);
    resolve({ nodeId, from: from ?? 0, until: until ?? 0 });
  });
  socket.on('error', reject);
  // Nothing waits for it at the end of Skep.
  socket.unref();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  timer.unref();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
