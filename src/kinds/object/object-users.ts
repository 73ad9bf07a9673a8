import type { Snapshot } from '../../swarm/snapshot.ts';
import type { TaskSpec } from '../../swarm/types.ts';
import { isLive } from '../live-tasks.ts';

type Users = {
  /** Services that refer to it. */
  specs: string[];
  /** Services that would refer to it after a rollback: the Engine would remove it all the same. */
  previous: string[];
  /** How many tasks have it. */
  tasks: number;
};

/** Who uses a config or a secret. */
export function usersOf(id: string, { services, tasks, nodes }: Snapshot): Users {
  const specs = services.filter(({ Spec }) => refersTo(Spec.TaskTemplate, id));
  const previous = services.filter(
    ({ PreviousSpec }) => PreviousSpec && refersTo(PreviousSpec.TaskTemplate, id),
  );
  return {
    specs: specs.map(({ Spec }) => Spec.Name),
    previous: previous.map(({ Spec }) => Spec.Name),
    tasks: tasks.filter((task) => isLive(task, nodes) && refersTo(task.Spec, id)).length,
  };
}

export function isUsed(id: string, snapshot: Snapshot): boolean {
  const { specs, previous, tasks } = usersOf(id, snapshot);
  return specs.length + previous.length + tasks > 0;
}

function refersTo({ ContainerSpec: container }: TaskSpec, id: string): boolean {
  const credentials = container?.Privileges?.CredentialSpec as
    { Config?: string } | null | undefined;
  return (
    (container?.Secrets ?? []).some(({ SecretID }) => SecretID === id) ||
    (container?.Configs ?? []).some(({ ConfigID }) => ConfigID === id) ||
    credentials?.Config === id
  );
}
