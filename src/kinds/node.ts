import type { DesiredNode } from '../desired/desired.ts';
import type { Kind } from './kind.ts';

export const node: Kind<DesiredNode> = {
  name: 'node',
  plan() {
    return undefined;
  },
};
