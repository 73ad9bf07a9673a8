import type {
  Config,
  Network,
  Secret,
  Service,
  ServiceSpec,
  Swarm,
  SwarmNode,
  SwarmSpec,
} from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import type { TestSwarm } from '../harness/swarm.ts';

/** Reads a Swarm past Skep: what is really there. */
export class Ground {
  readonly #swarm: TestSwarm;

  constructor(swarm: TestSwarm) {
    this.#swarm = swarm;
  }

  async service(name: string): Promise<Service | undefined> {
    return (await this.#get<Service[]>('/services')).find(({ Spec }) => Spec.Name === name);
  }

  async network(name: string): Promise<Network | undefined> {
    return (await this.#get<Network[]>('/networks')).find(({ Name }) => Name === name);
  }

  async configs(): Promise<string[]> {
    return namesOf(await this.#get<Config[]>('/configs'));
  }

  async secrets(): Promise<string[]> {
    return namesOf(await this.#get<Secret[]>('/secrets'));
  }

  async services(): Promise<string[]> {
    return namesOf(await this.#get<Service[]>('/services'));
  }

  /** Every node of that hostname: a node that left stays on the list as down. */
  async nodes(hostname: string): Promise<SwarmNode[]> {
    const nodes = await this.#get<SwarmNode[]>('/nodes');
    return nodes.filter(({ Description }) => Description.Hostname === hostname);
  }

  async labels(hostname: string): Promise<Record<string, string>> {
    const [node] = await this.nodes(hostname);
    return node?.Spec.Labels ?? {};
  }

  async swarm(): Promise<Swarm> {
    return await this.#get<Swarm>('/swarm');
  }

  /** Names of the overlay networks, but for the Swarm's own. */
  async networks(): Promise<string[]> {
    const networks = await this.#get<Network[]>('/networks');
    const overlays = networks.filter(({ Scope, Ingress }) => Scope === 'swarm' && !Ingress);
    return overlays.map(({ Name }) => Name).sort();
  }

  async removeServices(): Promise<void> {
    await this.#remove('service', await this.services());
  }

  /** Removes all services, networks, configs and secrets. */
  async clear(): Promise<void> {
    await this.removeServices();
    await this.#remove('config', await this.configs());
    await this.#remove('secret', await this.secrets());
    // Until the last task has ended, the Engine may refuse.
    await eventually(
      async () => {
        await this.#remove('network', await this.networks());
        return (await this.networks()).length === 0;
      },
      { what: 'no network left', within: 30_000, every: 300 },
    );
  }

  /** A change of a service by hand: its spec as it is, or another one, is sent to the Engine past Skep. */
  async update(name: string, change: (spec: ServiceSpec) => ServiceSpec): Promise<void> {
    const service = await this.service(name);
    if (service === undefined) throw new Error(`there is no service ${name}`);
    const path = `/services/${service.ID}/update?version=${service.Version.Index}`;
    await this.#post(path, change(service.Spec));
  }

  /** The same for the Swarm itself. */
  async updateSwarm(change: (spec: SwarmSpec) => object): Promise<void> {
    const { Spec, Version } = await this.swarm();
    await this.#post(`/swarm/update?version=${Version.Index}`, change(Spec));
  }

  async #post(path: string, body: object): Promise<void> {
    const { host } = this.#swarm.node('m1');
    const answer = await fetch(`${host.replace('tcp:', 'http:')}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async #remove(kind: string, names: string[]): Promise<void> {
    if (names.length > 0) await this.#swarm.docker([kind, 'rm', ...names]);
  }

  async #get<T>(path: string): Promise<T> {
    return await this.#swarm.node('m1').docker<T>(path);
  }
}

function namesOf(objects: { Spec: { Name: string } }[]): string[] {
  return objects.map(({ Spec }) => Spec.Name).sort();
}
