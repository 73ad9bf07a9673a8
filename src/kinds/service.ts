import type { DesiredService } from '../desired/desired.ts';
import type { Kind } from './kind.ts';

export const service: Kind<DesiredService> = {
  name: 'service',
  plan() {
    return undefined;
  },
};
