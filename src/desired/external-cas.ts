import type { ExternalCa } from '../spec/cluster.ts';
import { certificatesIn } from '../swarm/certificates.ts';
import type { DesiredExternalCa } from './desired.ts';
import type { Scope } from './scope.ts';

/** The external CAs with their certificates, which stand in files. */
export function externalCas(declared: readonly ExternalCa[], scope: Scope): DesiredExternalCa[] {
  return declared.map(({ url, ca_cert_file: file, options = {} }, index) => {
    if (file === undefined) return { url, options };
    const certificate = scope.unit.sideFiles.get(file)?.toString('utf8') ?? '';
    if (certificatesIn(certificate).length === 0) {
      scope.error({
        path: ['cluster', 'external_cas', index, 'ca_cert_file'],
        code: 'no-certificate',
        message: `The file "${file}" holds no certificate.`,
        remedy: 'Name a PEM file that has a line "-----BEGIN CERTIFICATE-----".',
      });
    }
    return { url, options, certificate };
  });
}
