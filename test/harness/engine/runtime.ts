import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { RUN_DIR } from './paths.ts';

const CAP_SYS_RESOURCE = 24;

/**
 * Some machines (containers in containers, above all) lack CAP_SYS_RESOURCE, and then runc refuses every privileged container:
 * "unable to apply caps". There, containers are started by a wrapper that takes this one capability off their list first.
 */
export function runtimeConfig(): Record<string, unknown> {
  if (hasCapability(CAP_SYS_RESOURCE)) return {};
  const path = `${RUN_DIR}/runc-without-sys-resource`;
  writeFileSync(path, WRAPPER);
  chmodSync(path, 0o755);
  return { runtimes: { 'skep-runc': { path } }, 'default-runtime': 'skep-runc' };
}

function hasCapability(bit: number): boolean {
  const bounding = /^CapBnd:\s+([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return bounding === undefined || (BigInt(`0x${bounding}`) & (1n << BigInt(bit))) !== 0n;
}

const WRAPPER = `#!/bin/sh
drop() { [ ! -f "$1" ] || sed -i -e 's/"CAP_SYS_RESOURCE",//g' -e 's/,\\{0,1\\}"CAP_SYS_RESOURCE"//g' "$1"; }
previous=
for argument in "$@"; do
  case "$previous" in
    --bundle) drop "$argument/config.json" ;;
    --process) drop "$argument" ;;
  esac
  previous=$argument
done
exec runc "$@"
`;
