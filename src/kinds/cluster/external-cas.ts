import type { DesiredExternalCa } from '../../desired/desired.ts';
import { certificatesIn } from '../../swarm/certificates.ts';
import type { ExternalCa } from '../../swarm/types.ts';
import type { Setting } from './settings.ts';

/** Who else may sign certificates of nodes. Its options may hold credentials. */
export const externalCas: Setting = {
  path: 'external_cas',
  read: (spec) => canonical(spec.CAConfig?.ExternalCAs ?? []),
  write(spec, value) {
    const wanted = (value as DesiredExternalCa[]).map(toEngine);
    spec.CAConfig = { ...spec.CAConfig, ExternalCAs: wanted };
  },
  sensitive: /\.options\./,
};

function toEngine({ url, certificate, options }: DesiredExternalCa): ExternalCa {
  return {
    Protocol: 'cfssl',
    URL: url,
    ...(Object.keys(options).length > 0 && { Options: options }),
    ...(certificate !== undefined && { CACert: certificate }),
  };
}

/** By URL, which may be there once for the root of now and once for the next one. Their order means nothing. */
function canonical(list: readonly ExternalCa[]): object {
  const entries = list.map(({ URL: url = '', Protocol, Options, CACert = '' }) => {
    const prints = certificatesIn(CACert).map(({ fingerprint256 }) => fingerprint256);
    // Text that is no certificate still differs from other such text.
    const certificate = prints.length > 0 ? prints.join(', ') : CACert.trim() || null;
    const key = certificate === null ? url : `${url} (${certificate})`;
    return [key, { protocol: Protocol ?? 'cfssl', certificate, options: Options ?? {} }] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
