import type { ComposeReference, ComposeService } from '../spec/compose.ts';
import type { ConfigReference, FileTarget, SecretReference } from '../swarm/types.ts';

/** By the files' keys, the names in Swarm. */
export type ObjectNames = {
  configs: ReadonlyMap<string, string>;
  secrets: ReadonlyMap<string, string>;
};

/** IDs are filled in when the service is written: the objects may still have to be made. */
export function secretReferences(service: ComposeService, names: ObjectNames): SecretReference[] {
  return (service.secrets ?? [])
    .map((reference) => ({
      File: fileTarget(reference),
      SecretID: '',
      SecretName: nameIn(names.secrets, reference.source),
    }))
    .sort((a, b) => compare(a.SecretName, b.SecretName));
}

export function configReferences(service: ComposeService, names: ObjectNames): ConfigReference[] {
  const files = (service.configs ?? []).map((reference) => ({
    File: fileTarget(reference),
    ConfigID: '',
    ConfigName: nameIn(names.configs, reference.source),
  }));
  const credentials = credentialConfig(service, names);
  const runtime = credentials === undefined ? [] : [{ Runtime: {}, ConfigID: '', ConfigName: credentials }];
  return [...files, ...runtime].sort((a, b) => compare(a.ConfigName, b.ConfigName));
}

/** `CredentialSpec.Config` holds the config's name until the service is written, where the Engine wants its ID. */
export function convertPrivileges(
  service: ComposeService,
  names: ObjectNames,
): Record<string, unknown> {
  const spec = service.credential_spec;
  return {
    CredentialSpec: spec
      ? {
          Config: credentialConfig(service, names) ?? '',
          File: spec.file ?? '',
          Registry: spec.registry ?? '',
        }
      : null,
    SELinuxContext: null,
    NoNewPrivileges: false,
  };
}

function credentialConfig(service: ComposeService, names: ObjectNames): string | undefined {
  const key = service.credential_spec?.config;
  return key ? nameIn(names.configs, key) : undefined;
}

function fileTarget({ source, target, uid, gid, mode }: ComposeReference): FileTarget {
  return { Name: target || source, UID: uid || '0', GID: gid || '0', Mode: mode ?? 0o444 };
}

function nameIn(names: ReadonlyMap<string, string>, key: string): string {
  return names.get(key) ?? key;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
