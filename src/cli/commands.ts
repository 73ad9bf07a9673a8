import type { CliCommand } from './command.ts';
import { apply } from './apply.ts';
import { doctor } from './doctor.ts';
import { history } from './history.ts';
import { plan } from './plan.ts';
import { reconcile } from './reconcile.ts';
import { rotate } from './rotate.ts';
import { schema } from './schema.ts';
import { serve } from './serve.ts';
import { status } from './status.ts';
import { resume, suspend } from './suspend.ts';
import { validate } from './validate.ts';

/** In the order of `--help`. */
export const commands: readonly CliCommand[] = [
  serve,
  validate,
  plan,
  apply,
  status,
  history,
  reconcile,
  suspend,
  resume,
  rotate,
  doctor,
  schema,
];
