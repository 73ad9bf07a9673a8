import type { Snapshot } from '../swarm/snapshot.ts';
import type { ConfigReference, SecretReference, ServiceSpec } from '../swarm/types.ts';
import { oldestFirst } from './network/find-network.ts';

/** The IDs behind names, as they are at this moment; undefined when there is no such object. */
export type NameIds = {
  network(name: string): string | undefined;
  config(name: string): string | undefined;
  secret(name: string): string | undefined;
};

/** A service refers to an object that is not there (yet): try again once it is made. */
export class MissingName extends Error {
  override name = 'MissingName';
}

export function namesIn(snapshot: Snapshot): NameIds {
  const networks = new Map(oldestFirst(snapshot.networks).map(({ Name, Id }) => [Name, Id]));
  const configs = new Map(snapshot.configs.map((config) => [config.Spec.Name, config.ID]));
  const secrets = new Map(snapshot.secrets.map((secret) => [secret.Spec.Name, secret.ID]));
  return {
    network: (name) => networks.get(name),
    config: (name) => configs.get(name),
    secret: (name) => secrets.get(name),
  };
}

/** The spec with IDs where the Engine wants them. What holds an ID already is left as it is. */
export function resolveNames(spec: ServiceSpec, names: NameIds): ServiceSpec {
  const next = structuredClone(spec);
  for (const attachment of [...(next.TaskTemplate.Networks ?? []), ...(next.Networks ?? [])]) {
    attachment.Target = networkId(attachment.Target, names);
  }
  for (const secret of next.TaskTemplate.ContainerSpec?.Secrets ?? []) fillSecret(secret, names);
  for (const config of next.TaskTemplate.ContainerSpec?.Configs ?? []) fillConfig(config, names);
  fillCredentials(next.TaskTemplate.ContainerSpec?.Privileges, names);
  return next;
}

/** The networks every node has by itself: the Engine knows them by name, and lists them nowhere. */
const predefined = new Set(['host', 'bridge', 'none']);

export function isPredefined(network: string): boolean {
  return predefined.has(network);
}

function networkId(target: string, names: NameIds): string {
  if (isPredefined(target)) return target;
  const id = names.network(target) ?? (looksLikeId(target) ? target : undefined);
  if (id === undefined) throw new MissingName(`The network ${target} does not exist (yet).`);
  return id;
}

function fillSecret(reference: SecretReference, names: NameIds): void {
  if (reference.SecretID !== '') return;
  const id = names.secret(reference.SecretName);
  if (id === undefined) {
    throw new MissingName(`The secret ${reference.SecretName} does not exist (yet).`);
  }
  reference.SecretID = id;
}

function fillConfig(reference: ConfigReference, names: NameIds): void {
  if (reference.ConfigID !== '') return;
  const id = names.config(reference.ConfigName);
  if (id === undefined) {
    throw new MissingName(`The config ${reference.ConfigName} does not exist (yet).`);
  }
  reference.ConfigID = id;
}

function fillCredentials(privileges: Record<string, unknown> | undefined, names: NameIds): void {
  const credentials = privileges?.CredentialSpec as { Config?: string } | null | undefined;
  if (!credentials?.Config || looksLikeId(credentials.Config)) return;
  const id = names.config(credentials.Config);
  if (id === undefined) {
    throw new MissingName(`The config ${credentials.Config} does not exist (yet).`);
  }
  credentials.Config = id;
}

/** Swarm's identifiers are 25 characters of base 36. */
function looksLikeId(target: string): boolean {
  return /^[0-9a-z]{25}$/.test(target);
}
