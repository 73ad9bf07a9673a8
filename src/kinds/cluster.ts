import type { DesiredCluster } from '../desired/desired.ts';
import type { Kind } from './kind.ts';

export const cluster: Kind<DesiredCluster> = {
  name: 'cluster',
  plan() {
    return undefined;
  },
};
