import type { Compose } from '../compose.ts';
import type { Path } from '../diagnostic.ts';
import type { Notes } from './notes.ts';

/** Labels that somebody else writes, and names of variables that cannot be. */
export function checkNames(compose: Compose, notes: Notes): void {
  for (const [name, service] of Object.entries(compose.services)) {
    const path = ['services', name];
    checkLabels(service.labels, [...path, 'labels'], notes);
    checkLabels(service.deploy?.labels, [...path, 'deploy', 'labels'], notes);
    checkVariables(service.environment, [...path, 'environment'], notes);
  }
  for (const section of ['networks', 'volumes', 'configs', 'secrets'] as const) {
    for (const [name, { labels }] of Object.entries(compose[section])) {
      checkLabels(labels, [section, name, 'labels'], notes);
    }
  }
}

const ownedByDocker = ['com.docker.stack.', 'com.docker.swarm.'];

function checkLabels(labels: Record<string, string> | undefined, path: Path, notes: Notes): void {
  for (const key of Object.keys(labels ?? {})) {
    const at = [...path, key];
    if (key === '') {
      notes.error(path, 'bad-name', 'has a label without a name', 'Give it a name.');
    } else if (key.startsWith('skep.')) {
      notes.error(
        at,
        'reserved-label',
        'is a label that Skep itself writes',
        'Choose another name.',
      );
    } else if (ownedByDocker.some((prefix) => key.startsWith(prefix))) {
      const message = 'is a label that Docker itself writes; what is here may not last';
      notes.warn(at, 'reserved-label', message, 'Choose another name.');
    }
  }
}

function checkVariables(
  environment: Record<string, string | null> | undefined,
  path: Path,
  notes: Notes,
): void {
  for (const name of Object.keys(environment ?? {})) {
    if (name !== '' && !name.includes('=')) continue;
    notes.error(path, 'bad-name', 'has a variable without a valid name', 'Write NAME=value.');
  }
}
