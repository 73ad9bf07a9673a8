import type { Path } from '../spec/diagnostic.ts';
import type { Mount } from '../swarm/types.ts';
import { omitEmpty } from './omit-empty.ts';
import type { Scope } from './scope.ts';

type TmpfsOptions = NonNullable<Mount['TmpfsOptions']>;

/** One entry of a service's `tmpfs:`, `/path` or `/path:size=64m,mode=1777,ro`, as the mount that it means. */
export function convertTmpfs(scope: Scope, path: Path, text: string): Mount {
  const colon = text.indexOf(':');
  const target = colon === -1 ? text : text.slice(0, colon);
  const written = colon === -1 ? [] : text.slice(colon + 1).split(',');
  const options: TmpfsOptions = {};
  let readOnly = false;
  for (const option of written) {
    if (option === 'ro') readOnly = true;
    else if (!setOption(options, option)) warnLost(scope, path, option);
  }
  return omitEmpty<Mount>({
    Type: 'tmpfs',
    Target: target,
    ReadOnly: readOnly,
    TmpfsOptions: options,
  });
}

/** Says whether Swarm has a place for the option. Every tmpfs is `rw,noexec,nosuid,nodev` unless told otherwise. */
function setOption(options: TmpfsOptions, option: string): boolean {
  const [name, value = ''] = option.split('=', 2);
  if (['', 'rw', 'noexec', 'nosuid', 'nodev'].includes(option)) return true;
  if (option === 'exec') options.Options = [...(options.Options ?? []), ['exec']];
  else if (name === 'size' && sizeInBytes(value) !== undefined) options.SizeBytes = sizeInBytes(value)!;
  else if (name === 'mode' && /^[0-7]{1,4}$/.test(value)) options.Mode = Number.parseInt(value, 8);
  else return false;
  return true;
}

function sizeInBytes(text: string): number | undefined {
  const match = /^(\d+)([kmg]?)$/i.exec(text);
  if (!match) return undefined;
  const power = ['', 'k', 'm', 'g'].indexOf((match[2] ?? '').toLowerCase());
  return Number(match[1]) * 1024 ** power;
}

function warnLost(scope: Scope, path: Path, option: string): void {
  scope.warn({
    path,
    code: 'tmpfs-option-lost',
    message: `Swarm has no place for the tmpfs option "${option}"`,
    remedy: 'size, mode, ro and exec are possible; take the others out',
  });
}
