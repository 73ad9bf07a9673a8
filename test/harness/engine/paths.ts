/**
 * What the private Engine calls its own. Leftovers are recognised by these names alone, so nothing of another Engine on the
 * machine is ever touched.
 */
export const STATE_DIR = '/var/lib/skep-test';
export const RUN_DIR = '/run/skep-test';
export const DATA_ROOT = `${STATE_DIR}/engine`;
export const CONTAINERD_ROOT = `${STATE_DIR}/containerd`;
export const SCRATCH_DIR = `${STATE_DIR}/scratch`;
export const EXEC_ROOT = `${RUN_DIR}/exec`;
export const PID_FILE = `${RUN_DIR}/dockerd.pid`;
export const SOCKET = `${RUN_DIR}/docker.sock`;
export const CONFIG_FILE = `${RUN_DIR}/daemon.json`;
export const LOG_FILE = `${STATE_DIR}/dockerd.log`;
/** Outside RUN_DIR, which is emptied: a lock must outlive what it guards. */
export const LOCK_DIR = '/run/skep-test-locks';
/** One file for each run that uses the private Engine. */
export const USERS_DIR = '/run/skep-test-users';
/** Every bridge of the harness begins with this (an interface's name has 15 letters at most). */
export const BRIDGE_PREFIX = 'skep-t';
export const CGROUP_PARENT = '/skep-test';
export const PRIVATE_HOST = `unix://${SOCKET}`;
