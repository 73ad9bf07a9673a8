import type { DesiredNetwork } from '../desired/desired.ts';
import type { Kind } from './kind.ts';

export const network: Kind<DesiredNetwork> = {
  name: 'network',
  plan() {
    return undefined;
  },
};
