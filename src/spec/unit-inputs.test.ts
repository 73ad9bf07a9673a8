import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  eachTestsDirectory,
  errorCodes,
  readFiles,
  texts,
  unit,
  web,
} from './spec-directory.fixture.ts';

const directory = eachTestsDirectory();

describe('variables', () => {
  it('takes .env, then env_file of the stack, then the environment', async () => {
    const files = {
      'cluster.yaml': 'stacks: { a: { files: [_a/c.yaml], env_file: _a/prod.env } }\n',
      '_a/c.yaml': 'services: { web: { image: "$A-$B-$C" } }\n',
      '_a/.env': 'A=1\nB=1\nC=1\n',
      '_a/prod.env': 'B=2\nC="$B"\n',
    };
    const set = await readFiles(files, { environment: { C: '3' } });
    expect(unit(set, 'a').compose.services['web']?.image).toBe('1-2-3');
    expect(unit(set, 'a').variables).toMatchObject({ A: '1', B: '2', C: '3' });
  });

  it('warns of a missing one and refuses a required one, at its column', async () => {
    const set = await readFiles({
      'stacks/a.yaml':
        'services:\n  web:\n    image: "x${TAG}"\n    hostname: ${HOST:?say which}\n',
    });
    expect(texts(set)).toEqual([
      'stacks/a.yaml:3:14: warning: The variable "TAG" is not set and becomes empty.\n  Set it, or write a default: ${TAG:-default}.',
      'stacks/a.yaml:4:15: error: The variable "HOST" is required: say which\n  Set HOST in the environment or in the ".env" beside the file.',
    ]);
  });

  it('lets no number of missing ones hide a required one', async () => {
    const missing = Array.from({ length: 200 }, (_, index) => `V${index}: "$MISSING"`).join(', ');
    const set = await readFiles({
      'stacks/a.yaml': `services: { web: { image: i, environment: { ${missing}, Z: "\${REQUIRED:?}" } } }\n`,
    });
    expect(errorCodes(set)).toEqual(['required-variable']);
  });

  it('leaves x- sections alone', async () => {
    const set = await readFiles({ 'stacks/a.yaml': `x-note: "costs $ 5"\n${web}` });
    expect(texts(set)).toEqual([]);
  });

  it('shows a path without what variables put into it', async () => {
    const set = await readFiles(
      { 'stacks/a.yaml': 'services: {}\nconfigs: { c: { file: "./$S/x" } }\n' },
      { environment: { S: 'hunter2' } },
    );
    expect(texts(set)[0]).toContain('"stacks/${S}/x" is not there.');
  });

  it('never shows a value', async () => {
    const set = await readFiles(
      {
        'stacks/a.yaml':
          'services: { web: { image: nginx, stop_grace_period: "$S", nope: "$S" } }\n',
      },
      { environment: { S: 'hunter2' } },
    );
    expect(errorCodes(set)).not.toEqual([]);
    expect(JSON.stringify(set.diagnostics)).not.toContain('hunter2');
  });
});

describe('files that files name', () => {
  it('folds env files and label files below what the service says', async () => {
    const set = await readFiles(
      {
        'stacks/a/compose.yaml':
          'services:\n  web:\n    image: nginx\n    env_file: [a.env, { path: b.env }, { path: no.env, required: false }]\n    label_file: l.env\n    environment: { C: own }\n    labels: { y: own }\n',
        'stacks/a/a.env': 'A="1"\nB=1\nC=1\nHOST\nNONE\n',
        'stacks/a/b.env': 'B=$2\n',
        'stacks/a/l.env': 'x=1\ny=1\n',
      },
      { environment: { HOST: 'h' } },
    );
    expect(texts(set)).toEqual([]);
    expect(unit(set, 'a').compose.services['web']).toMatchObject({
      environment: { A: '"1"', B: '$2', C: 'own', HOST: 'h' },
      labels: { x: '1', y: 'own' },
    });
  });

  it('reads configs and secrets, and refuses those outside of the directory', async () => {
    await directory.write({ 'secret.txt': 'hunter2' });
    await mkdir(join(directory.path, 'in/stacks'), { recursive: true });
    await symlink('../../../secret.txt', join(directory.path, 'in/stacks/link.txt')).catch(
      () => {},
    );
    await symlink('../../secret.txt', join(directory.path, 'in/stacks/leak.txt'));
    const configs = (text: string) => `services: {}\nconfigs:\n${text}`;
    await directory.write({
      'in/stacks/good.yaml': configs('  a: { file: ./a.bin }\n  b: { external: true }\n'),
      'in/stacks/a.bin': Uint8Array.from([0, 255, 1]),
      'in/stacks/bad.yaml': configs(
        '  a: { file: ./no.txt }\n  b: { file: ../../secret.txt }\n  c: { file: ./leak.txt }\n  d: { file: /etc/hostname }\n',
      ),
    });
    const set = await directory.read({ directory: join(directory.path, 'in') });
    expect([...unit(set, 'good').sideFiles]).toEqual([['./a.bin', Buffer.from([0, 255, 1])]]);
    expect(set.diagnostics.map(({ code, place }) => [code, place?.line])).toEqual([
      ['file-missing', 3],
      ['outside-directory', 4],
      ['outside-directory', 5],
      ['outside-directory', 6],
    ]);
    expect(JSON.stringify(set.diagnostics)).not.toContain('hunter2');
  });

  it('decrypts what it reads', async () => {
    const files = {
      'stacks/a.yaml': 'services: {}\nsecrets: { s: { file: s.enc } }\n',
      'stacks/s.enc': 'abc',
    };
    const upper = async (file: string, bytes: Buffer) =>
      file.endsWith('.enc') ? Buffer.from(bytes.toString().toUpperCase()) : bytes;
    const set = await readFiles(files, { decrypt: upper });
    expect(unit(set, 'a').sideFiles.get('s.enc')?.toString()).toBe('ABC');
    const refuse = async (file: string, bytes: Buffer) => {
      if (file.endsWith('.enc')) throw new Error('no key fits');
      return bytes;
    };
    const failed = await readFiles(files, { decrypt: refuse });
    expect(texts(failed)[0]).toContain('"stacks/s.enc" cannot be decrypted: no key fits');
  });
});

describe('revision', () => {
  const files = {
    'stacks/a.yaml':
      'services: { web: { image: "nginx:$TAG", env_file: w.env } }\nconfigs: { c: { file: c.txt } }\n',
    'stacks/w.env': 'A=1\n',
    'stacks/c.txt': 'c',
    'stacks/b.yaml': web,
  };
  const revisions = async (environment: Record<string, string> = { TAG: '1' }) => {
    const set = await directory.read({ environment });
    return { a: unit(set, 'a').revision, b: unit(set, 'b').revision };
  };

  it('changes with every input of the unit and with nothing else', async () => {
    await directory.write(files);
    const first = await revisions();
    expect(first.a).toMatch(/^[0-9a-f]{64}$/);
    expect(await revisions({ TAG: '1', OTHER: 'x' })).toEqual(first);
    expect((await revisions({ TAG: '2' })).b).toBe(first.b);
    const seen = new Set([first.a, (await revisions({ TAG: '2' })).a]);
    for (const path of ['stacks/a.yaml', 'stacks/w.env', 'stacks/c.txt', 'stacks/.env']) {
      await directory.write({ [path]: `${files[path as keyof typeof files] ?? ''}\n# changed\n` });
      seen.add((await revisions()).a);
    }
    expect(seen.size).toBe(6);
  });

  it('changes with the variables that the conversion will take', async () => {
    await directory.write({
      'stacks/a.yaml': 'services: { web: { image: i, environment: [TAKEN] } }\n',
      'stacks/b.yaml': 'services: {}\nconfigs: { c: { environment: TAKEN } }\n',
    });
    const first = await revisions({ TAKEN: '1' });
    const second = await revisions({ TAKEN: '2' });
    expect(second.a).not.toBe(first.a);
    expect(second.b).not.toBe(first.b);
  });

  it('is the same wherever the directory lies', async () => {
    await directory.write(files);
    const first = await revisions();
    await rename(directory.path, `${directory.path}-moved`);
    directory.path = `${directory.path}-moved`;
    expect(await revisions()).toEqual(first);
  });
});

it('reads the certificates of external CAs from where their file lies', async () => {
  const files = {
    'swarm/ca.yaml':
      'cluster:\n  external_cas:\n    - { url: "https://ca/sign", ca_cert_file: ./root.pem }\n',
    'swarm/root.pem': 'PEM',
  };
  const { cluster, sideFiles, revision } = unit(await readFiles(files), 'cluster');
  expect(cluster.cluster?.external_cas?.[0]?.ca_cert_file).toBe('./swarm/root.pem');
  expect(sideFiles.get('./swarm/root.pem')?.toString()).toBe('PEM');
  const other = await readFiles({ ...files, 'swarm/root.pem': 'other' });
  expect(unit(other, 'cluster').revision).not.toBe(revision);
  expect(texts(await readFiles({ 'swarm/ca.yaml': files['swarm/ca.yaml'] }))[0]).toMatch(
    /^swarm\/ca.yaml:3:\d+: error: "swarm\/root.pem" is not there/,
  );
});
