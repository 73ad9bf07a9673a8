import { z } from 'zod';

/** Compose keys of a service that Swarm has nothing for, and what happens instead. */
export const unsupportedServiceKeys: Readonly<Record<string, string>> = {
  annotations: 'the tasks get none; use "labels"',
  attach: 'it only concerns "docker compose up"',
  blkio_config: 'block devices are not throttled',
  build: 'nothing is built; the nodes pull "image"',
  cgroup: 'the node’s default is used',
  cgroup_parent: 'the node’s default is used',
  cgroupns_mode: 'the node’s default is used',
  container_name: 'Swarm names the containers after their tasks',
  cpu_count: 'set "deploy.resources.limits.cpus"',
  cpu_percent: 'set "deploy.resources.limits.cpus"',
  cpu_period: 'set "deploy.resources.limits.cpus"',
  cpu_quota: 'set "deploy.resources.limits.cpus"',
  cpu_rt_period: 'tasks get no real-time share',
  cpu_rt_runtime: 'tasks get no real-time share',
  cpu_shares: 'set "deploy.resources.limits.cpus"',
  cpuset: 'tasks may run on every processor',
  develop: 'it only concerns "docker compose watch"',
  device_cgroup_rules: 'tasks get no devices; bind the path if the program only needs the file',
  devices: 'tasks get no devices; bind the path if the program only needs the file',
  domainname: 'put the whole name into "hostname"',
  expose: 'services on one network reach every port of each other anyway',
  external_links: 'put both on one network',
  gpus: 'declare the GPUs on the nodes and use "generic_resources"',
  ipc: 'tasks have their own',
  links: 'put both on one network',
  mac_address: 'the node chooses one',
  mem_swappiness: 'the node’s default is used',
  memswap_limit: 'the node’s default is used',
  models: 'no model is started; run it as a service',
  network_mode:
    'the service joins "networks"; to use the node’s own, name an external network "host"',
  oom_kill_disable: 'the kernel may end tasks that exceed their memory',
  pid: 'tasks have their own',
  platform: 'use the placement constraint "node.platform.arch"',
  post_start: 'the hooks are not run',
  pre_start: 'the hooks are not run',
  pre_stop: 'the hooks are not run',
  privileged: 'tasks run without it; use "cap_add"',
  provider: 'nothing outside of the Swarm is started',
  pull_policy: 'a node pulls an image when it does not have it',
  pull_refresh_after: 'a node pulls an image when it does not have it',
  runtime: 'the node’s default is used',
  security_opt: 'the node’s default is used',
  shm_size: 'it stays at 64M; mount a tmpfs at /dev/shm instead',
  storage_opt: 'the node’s default is used',
  use_api_socket: 'bind /var/run/docker.sock instead',
  userns_mode: 'the node’s default is used',
  uts: 'tasks have their own',
};

/** The same of a service's entry in `networks`. */
export const unsupportedNetworkKeys: Readonly<Record<string, string>> = {
  ipv4_address: 'tasks get any free address',
  ipv6_address: 'tasks get any free address',
  link_local_ips: 'tasks get none',
  mac_address: 'the node chooses one',
  interface_name: 'the node chooses one',
  priority: 'the order is the Engine’s',
  gw_priority: 'the order is the Engine’s',
};

/** Keys that a schema knows without telling types of them. */
type NoTypes = { [Key in never]: z.ZodType };

/** As keys of a schema: known, whatever they hold. */
export function unsupportedShape(keys: Readonly<Record<string, string>>): NoTypes {
  const known = Object.entries(keys).map(([key, instead]) => [
    key,
    z
      .unknown()
      .exactOptional()
      .meta({ description: `Not honoured by Swarm: ${instead}.` }),
  ]);
  return Object.fromEntries(known);
}
