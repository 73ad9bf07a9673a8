import { emptyCompose } from './compose-sections.ts';
import type { ComposeService } from './compose.ts';
import { mergeCompose } from './compose/merge.ts';
import type { Place } from './diagnostic.ts';
import { openFile } from './open-file.ts';
import type { OpenFile } from './open-file.ts';
import { ownValue } from './own-value.ts';
import { folderOf, resolvePath } from './source-directory.ts';
import { reportProblem } from './unit-context.ts';
import type { UnitContext } from './unit-context.ts';

type Extended = {
  services: Record<string, ComposeService>;
  /** By service; those of the services that were extended are among them. */
  profiles: Record<string, string[]>;
};

type Resolved = { service: ComposeService; profiles: string[] };

/** The services of a file, each laid over the one that it `extends`, in whatever file that is. */
export async function extendServices(context: UnitContext, file: OpenFile): Promise<Extended> {
  const services: [string, ComposeService][] = [];
  const profiles: [string, string[]][] = [];
  for (const name of Object.keys(file.compose.services)) {
    const resolved = await resolveService(context, file, name, []);
    if (!resolved) continue;
    services.push([name, resolved.service]);
    if (resolved.profiles.length > 0) profiles.push([name, resolved.profiles]);
  }
  return { services: Object.fromEntries(services), profiles: Object.fromEntries(profiles) };
}

async function resolveService(
  context: UnitContext,
  file: OpenFile,
  name: string,
  chain: readonly string[],
): Promise<Resolved | undefined> {
  const own = ownValue(file.compose.services, name);
  if (!own) return undefined;
  const profiles = ownValue(file.checked.profiles, name) ?? [];
  const entry = ownValue(file.checked.extends, name);
  if (!entry) return { service: own, profiles };
  const place = file.yaml.locate(['services', name, 'extends']);
  const links = [...chain, `${file.path}: ${name}`];
  const base = await openBase(context, file, entry.file, place);
  if (!base) return undefined;
  const next = `${base.path}: ${entry.service}`;
  if (links.includes(next)) {
    reportCycle(context, [...links, next], place);
    return { service: own, profiles };
  }
  const below = await resolveService(context, base, entry.service, links);
  if (!below) {
    if (!ownValue(base.compose.services, entry.service)) {
      reportMissing(context, base.path, entry.service, place);
    }
    return { service: own, profiles };
  }
  return {
    service: layOver(below.service, own, name, file),
    profiles: [...below.profiles, ...profiles],
  };
}

async function openBase(
  context: UnitContext,
  file: OpenFile,
  path: string | undefined,
  place: Place | undefined,
): Promise<OpenFile | undefined> {
  if (path === undefined) return file;
  const resolved = resolvePath(file.folder, path);
  return openFile(context, resolved, folderOf(resolved), place);
}

/** By the whole document's rules, so that `!reset` and `!override` work here as between files. */
function layOver(
  base: ComposeService,
  own: ComposeService,
  name: string,
  file: OpenFile,
): ComposeService {
  const alone = (service: ComposeService) => ({
    ...emptyCompose(),
    services: Object.fromEntries([[name, service]]),
  });
  const merged = mergeCompose(alone(base), alone(own), file.checked.replaced);
  return ownValue(merged.services, name) ?? own;
}

function reportCycle(
  context: UnitContext,
  chain: readonly string[],
  place: Place | undefined,
): void {
  const message = `"extends" goes round in a circle: ${chain.join(' → ')}.`;
  const remedy = 'Let one of these services stand without "extends".';
  reportProblem(context.diagnostics, { code: 'extends-cycle', message, remedy }, place);
}

function reportMissing(
  context: UnitContext,
  file: string,
  service: string,
  place: Place | undefined,
): void {
  const message = `There is no service "${service}" in ${file} to extend.`;
  reportProblem(context.diagnostics, { code: 'extends-missing', message }, place);
}
