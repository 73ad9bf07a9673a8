import type { KindName } from '../desired/desired.ts';
import type { Kind } from './kind.ts';
import { cluster } from './cluster.ts';
import { config, secret } from './object.ts';
import { network } from './network.ts';
import { node } from './node.ts';
import { service } from './service.ts';
import { token } from './token.ts';

/** Every kind of object Skep reconciles. A new kind is one file and one line here. */
export const kinds: Readonly<Record<KindName, Kind>> = {
  cluster,
  node,
  token,
  network,
  config,
  secret,
  service,
};
