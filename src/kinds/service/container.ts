import {
  type Canonical,
  duration,
  list,
  map,
  nonZero,
  or,
  set,
  withoutEmpty,
} from './canonical.ts';
import { durationText } from '../duration-text.ts';
import { type Field, group, type Naming, setList, single } from './field.ts';
import { isData, setAt, valueAt } from './spec-path.ts';

const at = (...keys: string[]) => ['TaskTemplate', 'ContainerSpec', ...keys];

/** In a healthcheck zero is what the image says. */
const inherited: Canonical = (value) => (value ? durationText(Number(value)) : null);

/** What the Engine takes for the grace period when there is none: 10 s. */
const gracePeriod = 10_000_000_000;

export const container: Field[] = [
  single('entrypoint', at('Command'), list),
  single('command', at('Args'), list),
  single('hostname', at('Hostname'), or('')),
  single('working_dir', at('Dir'), or('')),
  single('user', at('User'), or('')),
  single('group_add', at('Groups'), set),
  single('tty', at('TTY'), or(false)),
  single('stdin_open', at('OpenStdin'), or(false)),
  single('read_only', at('ReadOnly'), or(false)),
  single('stop_signal', at('StopSignal'), or('')),
  single('stop_grace_period', at('StopGracePeriod'), duration(gracePeriod)),
  // Three-valued: without a word the node's daemon decides, which `docker service create` spells `false`.
  single('init', at('Init'), (value) => value ?? null, {
    same: (live, desired) => live === desired || (desired === null && live === false),
  }),
  single('extra_hosts', at('Hosts'), list),
  single('dns', at('DNSConfig', 'Nameservers'), (value) => list(value).map(canonicalAddress)),
  single('dns_search', at('DNSConfig', 'Search'), list),
  single('dns_opt', at('DNSConfig', 'Options'), list),
  single('sysctls', at('Sysctls'), map),
  single('oom_score_adj', at('OomScoreAdj'), nonZero(0)),
  capabilities('cap_add', 'CapabilityAdd'),
  capabilities('cap_drop', 'CapabilityDrop'),
  single('ulimits', at('Ulimits'), ulimits),
  // No `isolation` in the file leaves it to the Engine, which fills in `default`.
  single('isolation', at('Isolation'), or('default'), {
    same: (live, desired) => live === desired || desired === 'default',
  }),
  group('healthcheck', at('Healthcheck'), {
    Test: ['test', list],
    Interval: ['interval', inherited],
    Timeout: ['timeout', inherited],
    StartPeriod: ['start_period', inherited],
    StartInterval: ['start_interval', inherited],
    Retries: ['retries', nonZero(null)],
  }),
  credentialSpec(),
];

/** Newer Engines rewrite IPv6 text to its shortest form; a URL does the same. */
function canonicalAddress(address: unknown): unknown {
  if (typeof address !== 'string' || !address.includes(':')) return address;
  const url = URL.parse(`http://[${address}]`);
  return url === null ? address : url.hostname.slice(1, -1);
}

function capabilities(path: string, key: string): Field {
  const canonical = (value: unknown) =>
    set(list(value).map((name) => capabilityName(String(name))));
  const field = single(path, at(key), canonical);
  return {
    ...field,
    write: (next, desired) => setList(next, at(key), list(valueAt(desired, at(key)))),
  };
}

function capabilityName(name: string): string {
  const upper = name.toUpperCase();
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

function ulimits(value: unknown): Record<string, unknown> {
  const limits = list(value) as { Name: string; Soft?: number; Hard?: number }[];
  return Object.fromEntries(
    limits.map(({ Name, Soft, Hard }) => [Name, { soft: Soft ?? 0, hard: Hard ?? 0 }]),
  );
}

/** Only this of the privileges can be said in a file; SELinux, seccomp and the like stay as they are live. */
function credentialSpec(): Field {
  const place = at('Privileges', 'CredentialSpec');
  return {
    path: 'credential_spec',
    at: place,
    restarts: true,
    read(spec, naming: Naming) {
      const value = valueAt(spec, place);
      if (!isData(value)) return {};
      const config = typeof value.Config === 'string' ? naming.config(value.Config) : undefined;
      return withoutEmpty({ config, file: value.File, registry: value.Registry });
    },
    write: (next, desired) => setAt(next, place, valueAt(desired, place)),
  };
}
