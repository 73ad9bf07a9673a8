# syntax=docker/dockerfile:1
# Any image with Node 24 or later and Debian's util-linux (for setpriv) will do.
ARG NODE_IMAGE=node:26-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /skep
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Skep" \
      org.opencontainers.image.description="The operator for Docker Swarm" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /skep
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/skep/.compile-cache \
    SKEP_DESIRED=/desired \
    SKEP_DATA=/data
COPY --from=dependencies /skep/node_modules node_modules
COPY package.json LICENSE ./
COPY migrations migrations
COPY src src
# Loading every module once fills the compile cache, which halves the start.
RUN node src/bin.js schema >/dev/null && mkdir -p /data /desired && chmod -R a+rX /skep
VOLUME /data
EXPOSE 7420
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --start-interval=1s \
  CMD ["node", "src/probe.ts"]
# Root only until the process knows which group the Engine's socket belongs to: then it is user 1000
# with that one extra group and no capability.
ENTRYPOINT ["/bin/sh", "-c", "if [ \"$(id -u)\" != 0 ]; then exec node src/bin.js \"$@\"; fi; chown 1000:1000 /data; exec setpriv --reuid=1000 --regid=1000 --groups=\"$(stat -L -c %g /var/run/docker.sock 2>/dev/null || echo 1000)\" --inh-caps=-all --bounding-set=-all --no-new-privs node src/bin.js \"$@\"", "skep"]
CMD ["serve"]
