import { isDeepStrictEqual } from 'node:util';
import type { NetworkAttachment, ServiceSpec } from '../../swarm/types.ts';
import { set } from './canonical.ts';
import { type Field, mergeList, setList } from './field.ts';

const at = ['TaskTemplate', 'Networks'];

/** Live specs hold IDs, desired ones names. */
export const networks: Field = {
  path: 'networks',
  at,
  restarts: true,
  read: (spec, naming) =>
    Object.fromEntries(
      attachments(spec).map((attachment) => [
        naming.network(attachment.Target),
        canonicalAttachment(attachment),
      ]),
    ),
  write(next, desired, naming) {
    const merged = mergeList(
      attachments(next),
      attachments(desired),
      (attachment) => naming.network(attachment.Target),
      (a, b) => isDeepStrictEqual(canonicalAttachment(a), canonicalAttachment(b)),
    );
    setList(next, at, merged);
    delete next.Networks;
  },
};

/** Old services have them in the spec's legacy place. */
function attachments(spec: ServiceSpec): NetworkAttachment[] {
  return spec.TaskTemplate.Networks ?? spec.Networks ?? [];
}

function canonicalAttachment(attachment: NetworkAttachment): unknown {
  return { aliases: set(attachment.Aliases), driver_opts: { ...attachment.DriverOpts } };
}
