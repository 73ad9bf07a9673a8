/** The parts of an image reference. `domain` and `path` are in full: `redis` is docker.io and library/redis. */
export type Reference = {
  domain: string;
  path: string;
  tag?: string;
  digest?: string;
};

const defaultDomain = 'docker.io';
const officialPrefix = 'library/';

const pathPart = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathShape = new RegExp(`^${pathPart}(?:/${pathPart})*$`);
const domainShape =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d+)?$/;
const tagShape = /^\w[\w.-]{0,127}$/;
const digestShape = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Reads what a person writes as an image; undefined when it is none. https://github.com/distribution/reference */
export function parseReference(image: string): Reference | undefined {
  const [named = '', digest, ...more] = image.split('@');
  const { name, tag } = splitTag(named);
  const { domain, path } = splitDomain(name);
  const fits =
    more.length === 0 &&
    domainShape.test(domain) &&
    pathShape.test(path) &&
    (tag === undefined || tagShape.test(tag)) &&
    (digest === undefined || digestShape.test(digest));
  if (!fits) return undefined;
  return { domain, path, ...(tag === undefined ? {} : { tag }), ...(digest ? { digest } : {}) };
}

/** As people write it: without docker.io and library/. */
export function familiarReference(reference: Reference): string {
  const { domain, path, tag, digest } = reference;
  return familiarName(domain, path) + (tag ? `:${tag}` : '') + (digest ? `@${digest}` : '');
}

/** With the tag `latest` where there is neither tag nor digest, as every client reads it. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag || reference.digest ? reference : { ...reference, tag: 'latest' };
}

function familiarName(domain: string, path: string): string {
  if (domain !== defaultDomain) return `${domain}/${path}`;
  const name = path.slice(officialPrefix.length);
  return path.startsWith(officialPrefix) && !name.includes('/') ? name : path;
}

function splitTag(named: string): { name: string; tag?: string } {
  const colon = named.lastIndexOf(':');
  // A colon before a slash belongs to a port.
  if (colon === -1 || named.indexOf('/', colon) !== -1) return { name: named };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1) };
}

/** The first part is a domain only when it cannot be a user's name. */
function splitDomain(name: string): { domain: string; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  if (!/[.:]|^localhost$|[A-Z]/.test(first)) return inDefaultDomain(name);
  if (first === defaultDomain || first === 'index.docker.io') {
    return inDefaultDomain(name.slice(slash + 1));
  }
  return { domain: first, path: name.slice(slash + 1) };
}

function inDefaultDomain(path: string): { domain: string; path: string } {
  return {
    domain: defaultDomain,
    path: path.includes('/') ? path : `${officialPrefix}${path}`,
  };
}
