/**
 * What a node runs first; its arguments are the Engine to start. Docker's own images bring a script for it. In others, where the
 * machine has cgroup v2 alone, the processes move into a cgroup of their own: one that holds processes cannot hand controllers
 * on to those below it. https://docs.kernel.org/admin-guide/cgroup-v2.html#no-internal-process-constraint
 *
 * A machine that a test gives another hostname has it from its next start on.
 */
export const HOSTNAME_FILE = '/var/lib/docker/hostname-of-the-machine';
export const NODE_INIT = `
if [ -f ${HOSTNAME_FILE} ]; then hostname "$(cat ${HOSTNAME_FILE})"; fi
if command -v dockerd-entrypoint.sh > /dev/null; then exec dockerd-entrypoint.sh "$@"; fi
cgroups=/sys/fs/cgroup
if [ -f $cgroups/cgroup.controllers ]; then
  mkdir -p $cgroups/processes
  for process in $(cat $cgroups/cgroup.procs); do
    echo "$process" > $cgroups/processes/cgroup.procs || true
  done
  for controller in $(cat $cgroups/cgroup.controllers); do
    echo "+$controller" > $cgroups/cgroup.subtree_control || true
  done
fi 2> /dev/null
exec "$@"`;
