/**
 * A stack with every form that a service may have and `docker stack deploy` takes, by relative path. All of it runs on a
 * node of the tests: nothing needs a registry, a kernel module or the routing mesh.
 */
export function everyForm(image: string): Record<string, string> {
  return {
    'compose.yaml': compose(image),
    'page.html': '<h1>bees</h1>\n',
    'key.txt': 'honey\n',
    'web.env': 'FROM_FILE=yes\nQUOTED="as is"\n',
  };
}

function compose(image: string): string {
  return `
x-base: &base
  image: ${image}
  stop_grace_period: 1s
  environment: { SHARED: "1" }
  deploy: &quick { update_config: { monitor: 1s } }

services:
  web:
    <<: *base
    entrypoint: ["sh", "-c"]
    command: ["exec sleep 3600"]
    environment: { ZEBRA: z, ALPHA: "1", EMPTY: "", NUMBER: 0644, YES: "true", NULLED: }
    env_file: [ web.env ]
    networks:
      front: { aliases: [ shop, www ] }
      back:
    ports:
      - "18080:80"
      - { target: 53, published: 18053, protocol: udp }
      - target: 443
      - "127.0.0.1:18081:81/tcp"
    volumes:
      - data:/data
      - { type: volume, source: cache, target: /cache, read_only: true, volume: { nocopy: true } }
      - /etc/hostname:/host/name:ro
      - { type: bind, source: /etc, target: /host/etc, read_only: true, bind: { propagation: rprivate } }
      - { type: tmpfs, target: /scratch, tmpfs: { size: 1048576 } }
      - /anonymous
    healthcheck:
      { test: [ "CMD", "true" ], interval: 2s, timeout: 3s, retries: 2, start_period: 1s }
    labels: { org.example.bee: worker }
    user: "0:0"
    working_dir: /tmp
    hostname: "web-{{.Task.Slot}}"
    init: false
    tty: true
    stdin_open: true
    stop_signal: SIGINT
    logging: { driver: json-file, options: { max-size: 1m, max-file: "2" } }
    dns: [ 10.11.12.13, 10.11.12.14 ]
    dns_search: [ hive.example ]
    extra_hosts: [ "bee:10.0.0.9", "ant=10.0.0.8" ]
    cap_add: [ NET_ADMIN, CAP_SYS_TIME ]
    cap_drop: [ MKNOD ]
    sysctls: { net.core.somaxconn: 1024 }
    ulimits: { nproc: 512, nofile: { soft: 512, hard: 1024 } }
    secrets:
      - key
      - { source: queen, target: /run/queen, uid: "7", gid: "8", mode: 0400 }
    configs:
      - page
      - { source: rules, target: /etc/rules, uid: "7", gid: "8", mode: 0440 }
      - { source: greeting, target: /greeting }
    deploy:
      mode: replicated
      replicas: 2
      labels: [ "org.example.role=web", "org.example.empty=" ]
      endpoint_mode: vip
      update_config:
        { parallelism: 2, delay: 1s, failure_action: rollback, monitor: 1s, max_failure_ratio: 0.3, order: stop-first }
      rollback_config:
        { parallelism: 0, delay: 1s, failure_action: continue, monitor: 1s, max_failure_ratio: 0.1, order: start-first }
      restart_policy: { condition: on-failure, delay: 1s, max_attempts: 3, window: 5s }
      resources:
        limits: { cpus: "0.5", memory: 64M, pids: 100 }
        reservations: { cpus: "0.05", memory: 8M }
      placement:
        constraints: [ "node.role == manager", "node.platform.os==linux" ]
        preferences: [ { spread: node.labels.zone } ]
        max_replicas_per_node: 2

  plain:
    image: ${image}
    command: sleep 3600
    environment: [ "ONE=1", "TWO=2=2" ]
    stop_grace_period: 1s
    deploy: *quick

  every:
    <<: *base
    command: sleep 3600
    read_only: true
    tmpfs: []
    healthcheck: { disable: true }
    networks: { back: { aliases: [ everywhere ] } }
    ports: [ { target: 90, published: 18090, mode: host } ]
    deploy: { <<: *quick, mode: global, endpoint_mode: dnsrr }

  outside:
    <<: *base
    command: [ sleep, "3600" ]
    restart: always
    networks: [ meadow ]
    deploy: { <<: *quick, endpoint_mode: dnsrr }

  none:
    <<: *base
    command: [ sleep, "3600" ]
    deploy: { <<: *quick, replicas: 0 }

  once:
    <<: *base
    command: [ "true" ]
    deploy: { mode: replicated-job, replicas: 1, restart_policy: { condition: none } }

  each:
    <<: *base
    command: [ "true" ]
    deploy: { mode: global-job, restart_policy: { condition: none } }

networks:
  front: { driver: overlay, attachable: true, labels: { a: b } }
  back:
    driver: overlay
    driver_opts: { com.example.opt: "1" }
    ipam: { config: [ { subnet: 10.78.9.0/24 } ] }
  meadow: { external: true }

volumes:
  data: { labels: { keep: "yes" } }
  cache: { driver: local }

configs:
  page: { file: ./page.html, labels: { kind: page } }
  greeting: { file: ./page.html, template_driver: golang }
  rules: { external: true, name: hive_rules }

secrets:
  key: { file: ./key.txt }
  queen: { external: true }
`;
}

/** Makes what the stack takes as given, by the docker CLI. */
export async function makeExternals(
  docker: (args: readonly string[]) => Promise<unknown>,
): Promise<void> {
  await docker(['network', 'create', '--driver', 'overlay', 'meadow']);
  await docker(['config', 'create', 'hive_rules', '/etc/hostname']);
  await docker(['secret', 'create', 'queen', '/etc/hostname']);
}
