/** An image reference in Docker's short ("familiar") spelling. */
export type ImageName = { name: string; tag?: string; digest?: string };

const defaultDomain = 'docker.io';
const officialFolder = 'library/';

const alphanumeric = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const domainPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = String.raw`(?:${domainPart}(?:\.${domainPart})*|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?`;
const tag = String.raw`\w[\w.-]{0,127}`;
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const reference = new RegExp(
  `^(?<name>${domain}/${alphanumeric}(?:/${alphanumeric})*)(?::(?<tag>${tag}))?(?:@(?<digest>${digest}))?$`,
);

/**
 * Reads an image reference by the rules of https://github.com/distribution/reference: `docker.io/library/redis`
 * and `redis` are one name. Undefined when it is none.
 */
export function parseImageName(image: string): ImageName | undefined {
  if (/^[a-f0-9]{64}$/.test(image)) return undefined;
  const { domain, path } = splitDomain(image);
  const { name, tag, digest } = reference.exec(`${domain}/${path}`)?.groups ?? {};
  if (name === undefined) return undefined;
  return {
    name: familiar(name),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** The reference as Docker's clients send it: short spelling, and `latest` where neither tag nor digest is said. */
export function taggedImage({ name, tag, digest }: ImageName): string {
  if (digest !== undefined) return `${name}${tag === undefined ? '' : `:${tag}`}@${digest}`;
  return `${name}:${tag ?? 'latest'}`;
}

function splitDomain(image: string): { domain: string; path: string } {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  const rest = image.slice(slash + 1);
  if (slash === -1 || !looksLikeHost(first)) return official(image);
  if (first === defaultDomain || first === `index.${defaultDomain}`) return official(rest);
  return { domain: first, path: rest };
}

function looksLikeHost(first: string): boolean {
  return /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
}

function official(path: string): { domain: string; path: string } {
  return {
    domain: defaultDomain,
    path: path.includes('/') ? path : `${officialFolder}${path}`,
  };
}

function familiar(name: string): string {
  if (!name.startsWith(`${defaultDomain}/`)) return name;
  const path = name.slice(defaultDomain.length + 1);
  const short = path.slice(officialFolder.length);
  return path.startsWith(officialFolder) && !short.includes('/') ? short : path;
}
