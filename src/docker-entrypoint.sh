#!/bin/sh
# Skep runs as user 1000 with no capability. Only the container knows which group the Engine's socket belongs to on this
# node, so a container that is started as root adds that one group here, and is root no longer. One that is started as
# another user (with "user: 1000:<number of the group docker>") stays what it is.
set -eu

if [ "$(id -u)" = 0 ]; then
  socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
  group=$(stat -L -c %g "${socket#unix://}" 2>/dev/null || echo 1000)
  # A bind mount comes with an owner of its own; a volume has the right one already.
  [ "$(stat -c %u "$SKEP_DATA")" = 1000 ] || chown 1000:1000 "$SKEP_DATA"
  exec setpriv --reuid=1000 --regid=1000 --groups="$group" \
    --inh-caps=-all --bounding-set=-all --no-new-privs skep "$@"
fi
exec skep "$@"
