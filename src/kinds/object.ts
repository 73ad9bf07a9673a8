import type { DesiredConfig, DesiredSecret } from '../desired/desired.ts';
import type { Kind } from './kind.ts';

export const config: Kind<DesiredConfig> = {
  name: 'config',
  plan() {
    return undefined;
  },
};

export const secret: Kind<DesiredSecret> = {
  name: 'secret',
  plan() {
    return undefined;
  },
};
