/** Where an Engine listens. `host` is as it was given, for messages. */
export type Endpoint = {
  host: string;
  protocol: 'http' | 'https';
  socketPath?: string;
  hostname?: string;
  port?: number;
  tls?: Tls;
};

/** PEM texts: the authority that signed the Engine's certificate, and our own certificate and key. */
export type Tls = { ca?: string | Buffer; cert?: string | Buffer; key?: string | Buffer };

/** Reads a `DOCKER_HOST`: `unix:///path`, `tcp://name:port`, `http(s)://name:port`. Throws with a remedy for anything else. */
export function parseHost(host: string, tls?: Tls): Endpoint {
  if (host.startsWith('unix://')) return { host, protocol: 'http', socketPath: socketPath(host) };
  if (host.startsWith('ssh://')) {
    throw new Error(
      `cannot reach the Engine at ${host}: ssh is not supported; forward its socket (ssh -L /tmp/docker.sock:/var/run/docker.sock user@host) and use unix:///tmp/docker.sock`,
    );
  }
  const url = URL.parse(host);
  const known = url !== null && ['tcp:', 'http:', 'https:'].includes(url.protocol);
  if (!known || url.hostname === '') {
    throw new Error(
      `"${host}" is no address of an Engine: write unix:///var/run/docker.sock, tcp://host:port or https://host:port`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error('the address of the Engine must not hold a user or a password');
  }
  const secure = url.protocol === 'https:' || (url.protocol === 'tcp:' && tls !== undefined);
  return {
    host,
    protocol: secure ? 'https' : 'http',
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort(url.protocol, secure) : Number(url.port),
    ...(secure && tls ? { tls } : {}),
  };
}

function socketPath(host: string): string {
  const path = host.slice('unix://'.length);
  if (!path.startsWith('/')) {
    throw new Error(`"${host}" needs an absolute path, as in unix:///var/run/docker.sock`);
  }
  return path;
}

function defaultPort(protocol: string, secure: boolean): number {
  if (protocol === 'tcp:') return secure ? 2376 : 2375;
  return secure ? 443 : 80;
}
