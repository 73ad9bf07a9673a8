# docker build -t skep .
#
# Builds with BuildKit and with the classic builder. NODE_IMAGE: any image with Node 24 or later, npm, and Debian's util-linux
# (for setpriv).
ARG NODE_IMAGE=node:26-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /skep
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
# Half of it is never read: SQLite's sources and its builds for other systems, source maps, and TypeScript, which Node does not
# load from there.
RUN cd node_modules/better-sqlite3 \
 && rm -r deps src \
 && find prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete \
 && find /skep/node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete \
 && find /skep/node_modules -type d -empty -delete

FROM ${NODE_IMAGE} AS node
# What is left runs Skep; nothing installs anything.
RUN cd /usr/local && rm -rf include share/doc share/man lib/node_modules bin/npm bin/npx bin/corepack bin/yarn* /opt/yarn*

# One layer, since deleting in a later one makes nothing smaller.
FROM scratch
LABEL org.opencontainers.image.title="Skep" \
      org.opencontainers.image.description="The operator for Docker Swarm" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=node / /
WORKDIR /skep
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/skep \
    NODE_ENV=production \
    NODE_COMPILE_CACHE=/skep/.compile-cache \
    SKEP_DESIRED=/desired \
    SKEP_DATA=/data
COPY --from=dependencies /skep/node_modules node_modules
COPY package.json LICENSE ./
COPY migrations migrations
COPY src src
# Loading every module once fills the compile cache, which halves the start. What one user fills serves only that user: Skep
# runs as 1000, the check of its health as root.
RUN find package.json LICENSE migrations src \( ! -perm -a=r -o -type d ! -perm -a=rx \) -exec chmod a+rX {} + \
 && ln -s /skep/src/bin.js /usr/local/bin/skep \
 && mkdir /desired && install -d -o 1000 -g 1000 /data .compile-cache \
 && setpriv --reuid=1000 --regid=1000 --clear-groups skep schema >/dev/null \
 && { node src/probe.ts >/dev/null || true; } \
 && chown -R 0:0 .compile-cache
VOLUME /data
EXPOSE 7420
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 CMD ["node", "src/probe.ts"]
ENTRYPOINT ["/skep/src/docker-entrypoint.sh"]
CMD ["serve"]
