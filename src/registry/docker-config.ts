/** What a registry wants to see. Never log one. */
export type Credential = { username: string; password: string } | { identityToken: string };

/** The parts of a docker `config.json` about registries. Keys of `auths` and `helpers` are normalised hosts. */
export type DockerConfig = {
  auths: Map<string, Credential>;
  helpers: Map<string, string>;
  store?: string;
};

/** Where the credentials of Docker Hub are kept, for historical reasons. */
const hubKey = 'https://index.docker.io/v1/';
const hubHost = 'index.docker.io';

/** Reads a `config.json`. Throws without quoting it when it is no such file. */
export function parseDockerConfig(text: string): DockerConfig {
  const config = parseJson(text);
  const store = config['credsStore'];
  return {
    auths: new Map(
      Object.entries(record(config['auths'])).flatMap(([key, value]) => {
        const credential = readAuth(record(value));
        return credential ? [[normaliseHost(key), credential] as const] : [];
      }),
    ),
    helpers: new Map(
      Object.entries(record(config['credHelpers'])).map(([key, helper]) => [
        normaliseHost(key),
        String(helper),
      ]),
    ),
    ...(typeof store === 'string' && store !== '' ? { store } : {}),
  };
}

/** `https://registry.example.org/v2/` and `registry.example.org` are one registry. */
export function normaliseHost(key: string): string {
  const host = key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
  return host === 'docker.io' || host === 'registry-1.docker.io' ? hubHost : host;
}

/** The name under which a credential helper and a registry know the registry of a reference's domain. */
export function serverAddress(domain: string): string {
  return normaliseHost(domain) === hubHost ? hubKey : domain;
}

function readAuth(entry: Record<string, unknown>): Credential | undefined {
  const token = entry['identitytoken'];
  if (typeof token === 'string' && token !== '') return { identityToken: token };
  if (typeof entry['auth'] === 'string' && entry['auth'] !== '') return decodeAuth(entry['auth']);
  const { username, password } = entry;
  return typeof username === 'string' && typeof password === 'string' && username !== ''
    ? { username, password }
    : undefined;
}

function decodeAuth(auth: string): Credential | undefined {
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon > 0
    ? { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
    : undefined;
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return record(JSON.parse(text));
  } catch {
    throw new Error('the docker config.json is no JSON: correct it, or log in again');
  }
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}
