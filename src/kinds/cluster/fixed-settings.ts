import type { DesiredCluster } from '../../desired/desired.ts';
import type { Action } from '../../plan/action.ts';
import type { Swarm } from '../../swarm/types.ts';
import { differences } from '../differences.ts';
import { obstacle } from '../make-action.ts';
import { maskSubnet } from '../network/mask-subnet.ts';
import type { World } from '../kind.ts';

type FixedSetting = {
  name: 'default_addr_pool' | 'subnet_size' | 'data_path_port';
  flag: string;
  /** As it is compared; what was not said when the Swarm was made is Docker's default. */
  read: (swarm: Swarm) => unknown;
  canonical?: (declared: unknown) => unknown;
};

const settings: readonly FixedSetting[] = [
  {
    name: 'default_addr_pool',
    flag: '--default-addr-pool',
    read: ({ DefaultAddrPool: pools }) => subnets(pools?.length ? pools : ['10.0.0.0/8']),
    canonical: (declared) => subnets(declared as string[]),
  },
  {
    name: 'subnet_size',
    flag: '--default-addr-pool-mask-length',
    read: ({ SubnetSize }) => SubnetSize || 24,
  },
  {
    name: 'data_path_port',
    flag: '--data-path-port',
    read: ({ DataPathPort }) => DataPathPort || 4789,
  },
];

/** What was settled when the Swarm was made, and is not as the files say. No call changes it. */
export function fixedSettings(desired: DesiredCluster, { snapshot: { swarm } }: World): Action[] {
  return settings.flatMap(({ name, flag, read, canonical = (value) => value }) => {
    const declared = desired.settings[name];
    if (declared === undefined) return [];
    const wanted = canonical(declared);
    const changes = differences(name, read(swarm), wanted);
    if (changes.length === 0) return [];
    const flags = [wanted].flat().map((value) => `${flag} ${String(value)}`);
    return obstacle(
      { ...desired, name },
      `${name} is ${textOf(read(swarm))}, not ${textOf(wanted)}, and is fixed when a Swarm is made. Write what it is, or make the Swarm anew ("docker swarm init ${flags.join(' ')}").`,
      { condition: 'FixedSetting', changes },
    );
  });
}

/** Their order says which is used first, which no network that exists depends on. */
function subnets(list: readonly string[]): string[] {
  return list.map(maskSubnet).sort();
}

function textOf(value: unknown): string {
  return [value].flat().join(', ');
}
