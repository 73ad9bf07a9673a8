import type { Delivery } from '../spec/cluster.ts';
import type { Path } from '../spec/diagnostic.ts';
import { objectName } from './names.ts';
import type { Scope } from './scope.ts';

/** Where a token or the unlock key is written to, by what two of them must not share. */
type Goal = { path: Path; id: string; what: string };

/** Reports what would be written by two deliveries, or by a delivery and the files' own secrets, each undoing the other. */
export function checkDeliveries(scope: Scope): void {
  const taken = new Map(ownSecrets(scope).map((goal) => [goal.id, goal]));
  for (const goal of goalsOf(scope)) {
    const other = taken.get(goal.id);
    if (other === undefined) {
      taken.set(goal.id, goal);
      continue;
    }
    scope.error({
      path: goal.path,
      code: 'duplicate-delivery',
      message: `${goal.path.join('.')} goes to ${goal.what} as ${other.path.join('.')} does`,
      remedy: 'Take one of the two out, or give it a place of its own.',
    });
  }
}

function goalsOf({ unit }: Scope): Goal[] {
  const { cluster, tokens } = unit.cluster;
  const lists: [Path, readonly Delivery[] | undefined][] = [
    [['tokens', 'worker', 'deliver'], tokens?.worker?.deliver],
    [['tokens', 'manager', 'deliver'], tokens?.manager?.deliver],
    [['cluster', 'unlock_key', 'deliver'], cluster?.unlock_key?.deliver],
  ];
  return lists.flatMap(([path, deliveries = []]) =>
    deliveries.map((delivery, at) => goalOf(delivery, [...path, at])),
  );
}

function goalOf({ file, webhook, secret }: Delivery, path: Path): Goal {
  if (file !== undefined) return { path, id: `file ${file}`, what: `the file ${file}` };
  // One receiver may well take several tokens: each message says which one it brings.
  if (webhook !== undefined) {
    return { path, id: `${path.slice(0, 2).join('.')} ${webhook}`, what: 'the same webhook' };
  }
  return { path, id: `secret ${secret}`, what: `the secret ${secret}` };
}

function ownSecrets({ unit }: Scope): Goal[] {
  return Object.entries(unit.compose.secrets)
    .filter(([, object]) => unit.kind === 'cluster' && object.external !== true)
    .map(([key, object]) => {
      const name = objectName(unit, key, object);
      return { path: ['secrets', key], id: `secret ${name}`, what: `the secret ${name}` };
    });
}
