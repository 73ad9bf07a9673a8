import type { Service } from '../../src/swarm/types.ts';
import type { Live } from './live.ts';
import { pageOf, servicesOf, sharedNetwork } from './wish.ts';
import type { ServiceWish, Wish } from './wish.ts';

/** Somebody else's service, which is there all the time. */
export const bystander = 'bystander';

/** Where the Swarm is not as the files say, or not at rest, in sentences. */
export function mistakes(wish: Wish, live: Live): string[] {
  const services = servicesOf(wish);
  return [
    ...differ('the services', [...live.services.keys()], [...services.keys(), bystander]),
    ...differ(
      'the networks',
      live.networks.map(({ Name }) => Name),
      networksOf(wish),
    ),
    ...differ(
      'the task history',
      [String(live.swarm.Spec.Orchestration?.TaskHistoryRetentionLimit)],
      [String(wish.taskHistory)],
    ),
    ...nodeMistakes(wish, live),
    ...[...services].flatMap(([name, service]) => {
      const found = live.services.get(name);
      return found ? serviceMistakes(name, service, found, wish, live) : [];
    }),
  ];
}

function differ(what: string, is: string[], should: string[]): string[] {
  const [found, wanted] = [is.toSorted().join(' '), should.toSorted().join(' ')];
  return found === wanted ? [] : [`${what} are ${found}, not ${wanted}`];
}

function networksOf({ stacks }: Wish): string[] {
  const own = [...stacks].filter(([, stack]) =>
    [...stack.services.values()].some(({ ownNetwork }) => ownNetwork),
  );
  return [sharedNetwork, ...own.map(([name]) => `${name}_own`)];
}

function nodeMistakes(wish: Wish, live: Live): string[] {
  return live.nodes.flatMap(({ Description, Spec, Status, ManagerStatus }) => {
    const name = Description.Hostname;
    return [
      ...differ(`the state of ${name}`, [Status.State], ['ready']),
      ...differ(`the reach of ${name}`, [ManagerStatus?.Reachability ?? ''], ['reachable']),
      ...differ(`the availability of ${name}`, [Spec.Availability], ['active']),
      ...differ(`the zone of ${name}`, [Spec.Labels?.['zone'] ?? ''], [`z${wish.zones.get(name)}`]),
    ];
  });
}

function serviceMistakes(
  name: string,
  wish: ServiceWish,
  { ID, Spec, UpdateStatus }: Service,
  { stacks }: Wish,
  live: Live,
): string[] {
  const [stack = ''] = name.split('_');
  const container = Spec.TaskTemplate.ContainerSpec ?? {};
  const pages = (container.Configs ?? []).map(({ ConfigID }) => contentOf(live, ConfigID));
  const keys = (container.Secrets ?? []).map(({ SecretName }) => SecretName.split('-')[0] ?? '');
  const networks = (Spec.TaskTemplate.Networks ?? []).map(({ Target }) =>
    networkName(live, Target),
  );
  const running = live.running(ID).filter(({ Spec: of }) => {
    return of.ContainerSpec?.Env?.includes(`COLOUR=c${wish.colour}`) === true;
  });
  return [
    ...differ(`the environment of ${name}`, container.Env ?? [], [`COLOUR=c${wish.colour}`]),
    ...differ(
      `the replicas of ${name}`,
      [`${Spec.Mode?.Replicated?.Replicas}`],
      [`${wish.replicas}`],
    ),
    ...differ(`the tier of ${name}`, [Spec.Labels?.['tier'] ?? ''], [`t${wish.tier}`]),
    ...differ(
      `the pages of ${name}`,
      pages,
      wish.page ? [pageOf(stack, stacks.get(stack)?.page ?? 0)] : [],
    ),
    ...differ(`the secrets of ${name}`, keys, wish.key ? [`${stack}_key`] : []),
    ...differ(
      `the networks of ${name}`,
      networks,
      wish.ownNetwork ? [sharedNetwork, `${stack}_own`] : [sharedNetwork],
    ),
    ...differ(`the running tasks of ${name}`, [`${running.length}`], [`${wish.replicas}`]),
    ...differ(
      `the update of ${name}`,
      [UpdateStatus?.State === 'updating' ? 'under way' : 'over'],
      ['over'],
    ),
  ];
}

function contentOf({ configs }: Live, id: string): string {
  const data = configs.find(({ ID }) => ID === id)?.Spec.Data ?? '';
  return Buffer.from(data, 'base64').toString();
}

function networkName({ networks }: Live, id: string): string {
  return networks.find((network) => network.Id === id)?.Name ?? id;
}
