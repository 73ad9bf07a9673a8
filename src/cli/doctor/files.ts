import { constants, existsSync } from 'node:fs';
import { access, mkdir, readFile, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { databaseFile } from '../../history/database-file.ts';
import { systemClock } from '../../reconcile/system-clock.ts';
import { parseDockerConfig } from '../../registry/docker-config.ts';
import { ageIdentities } from '../../spec/sops/data-key.ts';
import { readSpecs } from '../../spec/read-specs.ts';
import type { Context } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';

/** The files can be read and are right, and history has a place to stay. */
export async function fileFindings(context: Context): Promise<Finding[]> {
  const { desired, data, registryConfig, ageKey } = context.settings;
  return [
    await finding('desired', 'Run "skep validate" to see what is wrong where.', () =>
      files(context),
    ),
    await finding('data', `Make ${resolve(data)} writable for this user, on a local disk.`, () =>
      dataFolder(data),
    ),
    await finding('history', historyRemedy, () => databaseIn(data)),
    ...(registryConfig ? [await registryFinding(registryConfig)] : []),
    ...(ageKey ? [await ageFinding(ageKey)] : []),
  ].map((one) =>
    one.name === 'desired' ? { ...one, message: `${desired}: ${one.message}` } : one,
  );
}

async function files(context: Context): Promise<string> {
  const set = await readSpecs(readOptions(context));
  const errors = set.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.length > 0) throw new Error(`${errors.length} errors, first: ${errors[0]?.message}`);
  return `${set.units.length} units`;
}

// https://www.sqlite.org/wal.html: write-ahead logging needs shared memory, which network file systems have not.
const networkFileSystems = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0x517b, 'SMB'],
  [0x00c36400, 'Ceph'],
]);
const leastFreeBytes = 100 * 1024 * 1024;

async function dataFolder(data: string): Promise<string> {
  await mkdir(data, { recursive: true });
  await access(data, constants.W_OK);
  const { type, bavail, bsize } = await statfs(data);
  const remote = networkFileSystems.get(type);
  if (remote) throw new Error(`${data} is on ${remote}, where SQLite cannot keep its journal`);
  if (bavail * bsize < leastFreeBytes) throw new Error(`${data} has less than 100 MB free`);
  return `${data} can be written, ${Math.floor((bavail * bsize) / 1024 ** 3)} GiB free`;
}

const historyRemedy =
  'Look at what is named there ("sqlite3 FILE .recover" reads what is left of a damaged database), then move it away or delete it.';

/** Read past a daemon that has it open, and without a change. */
function databaseIn(data: string): string {
  const database = databaseFile({
    file: join(resolve(data), 'skep.db'),
    migrations: join(import.meta.dirname, '..', '..', '..', 'migrations'),
    clock: systemClock,
  });
  const [damaged] = database.setAsideBefore();
  if (damaged !== undefined) throw new Error(`${damaged}: this database was damaged and set aside`);
  if (!existsSync(database.file)) return 'no database yet';
  try {
    database.read().close();
    return `${database.file} is whole`;
  } catch (error) {
    throw database.explain(error) ?? error;
  }
}

async function registryFinding(file: string): Promise<Finding> {
  return await finding(
    'registries',
    'Write it with "docker login", or unset SKEP_REGISTRY_CONFIG.',
    async () => {
      parseDockerConfig(await readFile(file, 'utf8'));
      return `${file} is a docker config`;
    },
  );
}

async function ageFinding(key: string): Promise<Finding> {
  return await finding(
    'age key',
    'It begins with AGE-SECRET-KEY-1; make one with age-keygen.',
    async () => {
      const { identityToRecipient } = await import('age-encryption');
      const recipients = await Promise.all(
        ageIdentities(key).map((one) => identityToRecipient(one)),
      ).catch(() => undefined);
      if (!recipients?.length) throw new Error('the age key is not a valid one');
      return `opens what is encrypted for ${recipients.join(', ')}`;
    },
  );
}
