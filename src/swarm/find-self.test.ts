import { expect, test } from 'vitest';

import { findSelfService, parseContainerId } from './find-self.ts';
import type { Task } from './types.ts';

const id = 'c0ffee'.padEnd(64, '0');

test.each([
  [
    'the files that the Engine mounts',
    {
      mountinfo: `823 811 0:48 / / rw - overlay overlay rw\n830 823 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw`,
      cgroup: '0::/',
      hostname: 'skep',
    },
  ],
  [
    'cgroup v1',
    {
      mountinfo: '',
      cgroup: `4:cpu:/docker/${id}\n1:name=systemd:/docker/${id}`,
      hostname: 'skep',
    },
  ],
  ['systemd', { mountinfo: '', cgroup: `0::/system.slice/docker-${id}.scope`, hostname: 'skep' }],
])('the container is known by %s', (_, traces) => {
  expect(parseContainerId(traces)).toBe(id);
});

test('the host name serves when it is an ID', () => {
  const none = { mountinfo: '', cgroup: '0::/' };
  expect(parseContainerId({ ...none, hostname: id.slice(0, 12) })).toBe(id.slice(0, 12));
  expect(parseContainerId({ ...none, hostname: 'manager-1' })).toBeUndefined();
});

test('the service is that of the task in the container', () => {
  const tasks = [task('one', 'f'.repeat(64)), task('skep', id)];
  expect(findSelfService(tasks, id)).toBe('skep');
  expect(findSelfService(tasks, id.slice(0, 12))).toBe('skep');
  expect(findSelfService(tasks, 'd'.repeat(64))).toBeUndefined();
  expect(findSelfService(tasks, undefined)).toBeUndefined();
  expect(findSelfService(tasks, '')).toBeUndefined();
});

function task(ServiceID: string, ContainerID: string): Task {
  return {
    ID: `task of ${ServiceID}`,
    ServiceID,
    Version: { Index: 1 },
    CreatedAt: '2026-01-01T00:00:00Z',
    UpdatedAt: '2026-01-01T00:00:00Z',
    Spec: {},
    DesiredState: 'running',
    Status: { State: 'running', ContainerStatus: { ContainerID } },
  };
}
