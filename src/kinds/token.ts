import type { DesiredToken } from '../desired/desired.ts';
import type { Kind } from './kind.ts';

export const token: Kind<DesiredToken> = {
  name: 'token',
  plan() {
    return undefined;
  },
};
