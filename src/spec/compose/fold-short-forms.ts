import type { ComposeDeploy, ComposeResources, ComposeService } from '../compose.ts';
import type { Path } from '../diagnostic.ts';
import type { Notes } from './notes.ts';
import type { ServiceInput } from './service.ts';
import { warnUnsupported } from './warn-unsupported.ts';

/** Where the short forms of a service go in the long form. */
export const shortForms: Readonly<Record<string, Path>> = {
  cpus: ['deploy', 'resources', 'limits', 'cpus'],
  mem_limit: ['deploy', 'resources', 'limits', 'memory'],
  mem_reservation: ['deploy', 'resources', 'reservations', 'memory'],
  pids_limit: ['deploy', 'resources', 'limits', 'pids'],
  scale: ['deploy', 'replicas'],
};

/** `deploy` with the service's short forms in their places. Both at once with different values is an error. */
export function foldShortForms(
  input: ServiceInput,
  path: Path,
  notes: Notes,
): Pick<ComposeService, 'deploy'> {
  const { resources, ...deploy } = input.deploy ?? {};
  const { devices, ...reservations } = resources?.reservations ?? {};
  const at = [...path, 'deploy', 'resources', 'reservations'];
  warnUnsupported(
    { devices },
    { devices: 'declare the GPUs on the nodes and use "generic_resources"' },
    at,
    notes,
  );
  noteShortForms(input, path, notes);
  const limits = { cpus: input.cpus, memory: input.mem_limit, pids: input.pids_limit };
  const allLimits = fill<ComposeResources>(resources?.limits, limits);
  const allReservations = fill<ComposeResources>(resources?.reservations && reservations, {
    memory: input.mem_reservation,
  });
  const allResources = fill<NonNullable<ComposeDeploy['resources']>>(resources && {}, {
    limits: allLimits,
    reservations: allReservations,
  });
  const whole = fill<ComposeDeploy>(input.deploy && deploy, {
    replicas: input.scale,
    resources: allResources,
  });
  return whole === undefined ? {} : { deploy: whole };
}

type Loose<Values> = { [Key in keyof Values]?: Values[Key] | undefined };

/** `base` with those of `more` that it lacks; undefined when neither has anything to say. */
function fill<Values extends object>(
  base: Values | undefined,
  more: Loose<Values>,
): Values | undefined {
  const defined = Object.entries(more).filter(([, value]) => value !== undefined);
  if (base === undefined && defined.length === 0) return undefined;
  return { ...Object.fromEntries(defined), ...base } as Values;
}

function noteShortForms(input: ServiceInput, path: Path, notes: Notes): void {
  for (const [key, long] of Object.entries(shortForms)) {
    const short = input[key as keyof ServiceInput];
    const there = long.reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      input,
    );
    if (short === undefined) continue;
    if (there === undefined) {
      notes.moved([...path, ...long], [...path, key]);
    } else if (there !== short) {
      const message = `says something else than "${long.join('.')}"`;
      notes.error([...path, key], 'conflicting-keys', message, 'Keep one of the two.');
    }
  }
}
