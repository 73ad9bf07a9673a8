import type { ComposeMount } from '../compose.ts';

/** A mount, and the options of its short form that Swarm does not know. */
export type MountEntry = { mount: ComposeMount; unknown: string[] };

const propagations = new Set(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']);
/** Hints for Docker Desktop's file sharing; nothing is lost without them. */
const harmless = new Set(['rw', 'consistent', 'cached', 'delegated']);

/** `[source:]target[:options]`, or what is wrong with it. */
export function parseShortVolume(text: string): MountEntry | string {
  const sections = splitSections(text);
  if (sections.includes('')) return 'has an empty part between its colons';
  if (sections.length > 3) return 'has too many colons';
  const [source, target, options] = sections;
  if (target === undefined) {
    return { mount: { type: 'volume', target: source ?? '' }, unknown: [] };
  }
  const type = isPath(source ?? '') ? 'bind' : 'volume';
  return withOptions({ type, source: source ?? '', target }, options?.split(',') ?? []);
}

function withOptions(mount: ComposeMount, options: string[]): MountEntry {
  const propagation = options.findLast((option) => propagations.has(option));
  const isReadOnly = options.findLast((option) => option === 'ro' || option === 'rw') === 'ro';
  const known = new Set(['ro', 'nocopy', ...harmless, ...propagations]);
  return {
    mount: {
      ...mount,
      ...(isReadOnly && { read_only: true }),
      ...(options.includes('nocopy') && { volume: { nocopy: true } }),
      ...(propagation !== undefined && { bind: { propagation } }),
    },
    unknown: options.filter((option) => !known.has(option)),
  };
}

/** Splits at colons, but not at those of Windows drives. */
function splitSections(text: string): string[] {
  const parts = text.split(':');
  const sections: string[] = [];
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] ?? '';
    const isDrive = /^[a-z]$/i.test(part) && isDrivePath(parts, i, sections.length);
    sections.push(isDrive ? `${part}:${parts[i + 1]}` : part);
    if (isDrive) i += 1;
  }
  return sections;
}

/**
 * `C:\x` is always a path on a drive. `v:/x` is one as a target, but as a source only when an absolute target follows:
 * by itself it is the volume `v` at `/x`, which `docker stack deploy` mistakes.
 */
function isDrivePath(parts: string[], index: number, section: number): boolean {
  const next = parts[index + 1];
  if (next === undefined) return false;
  if (next.startsWith('\\')) return true;
  if (!next.startsWith('/')) return false;
  const after = parts[index + 2] ?? '';
  return section === 1 || /^([/\\]|[a-z]$)/i.test(after);
}

function isPath(source: string): boolean {
  return /^([./~]|\\\\|[a-z]:)/i.test(source);
}
