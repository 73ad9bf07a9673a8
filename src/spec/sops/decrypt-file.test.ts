import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ageIdentities } from './data-key.ts';
import { decryptFile } from './decrypt-file.ts';
import { sopsWriter } from './encrypt.fixture.ts';
import { SopsError } from './sops-error.ts';

const vectors = new URL('../../../test/vectors/sops/', import.meta.url);
const vector = (name: string) => readFileSync(new URL(name, vectors));
const keys = ageIdentities(vector('key.txt').toString());

async function decrypted(name: string, bytes: Buffer | string, identities = keys) {
  return (await decryptFile(name, Buffer.from(bytes), identities)).toString();
}

describe('files that sops itself wrote', () => {
  test('YAML', async () => {
    const text = await decrypted('secret.yaml', vector('age.yaml'));
    expect(parse(text)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'age' },
      stringData: { key: 'value' },
    });
  });

  test('dotenv', async () => {
    expect((await decrypted('a/values.env', vector('values.env'))).trim()).toBe('key=value');
  });

  test('a file that was encrypted whole', async () => {
    expect(await decrypted('file.txt', vector('file.txt'))).toBe('value');
  });
});

describe('a file by the rules of sops', () => {
  async function yaml() {
    const sops = await sopsWriter();
    const text = [
      'services:',
      '  web:',
      `    replicas: ${sops.value('3', 'services:web:replicas', 'int')}`,
      `    init: ${sops.value('True', 'services:web:init', 'bool')}`,
      `    ratio: ${sops.value('0.5', 'services:web:ratio', 'float')}`,
      '    command:',
      `      - ${sops.value('a\nb: "c"', 'services:web:command')}`,
      `      - ${sops.value('é', 'services:web:command')}`,
      `    # ${sops.value('a remark', 'services:web', 'comment')}`,
      '    none: null',
      '    plain_unencrypted: 0644',
      `sops: ${JSON.stringify(sops.metadata(['3', 'True', '0.5', 'a\nb: "c"', 'é', '420'], { unencrypted_suffix: '_unencrypted' }))}`,
      '',
    ].join('\n');
    return { text, identity: sops.identity };
  }

  test('keeps types, order, line numbers and what was not encrypted', async () => {
    const { text, identity } = await yaml();
    const plain = await decrypted('stack.yml', text, [identity]);
    expect(parse(plain)).toEqual({
      services: {
        web: {
          replicas: 3,
          init: true,
          ratio: 0.5,
          command: ['a\nb: "c"', 'é'],
          none: null,
          plain_unencrypted: 644,
        },
      },
    });
    expect(plain.split('\n').findIndex((line) => line.includes('plain_unencrypted'))).toBe(10);
    expect(plain.split('\n')).toHaveLength(text.split('\n').length);
  });

  test('a changed unencrypted value breaks the MAC', async () => {
    const { text, identity } = await yaml();
    await expect(decrypted('stack.yml', text.replace('0644', '0777'), [identity])).rejects.toThrow(
      'its MAC does not match',
    );
  });

  test('two values that changed places do not decrypt', async () => {
    const { text, identity } = await yaml();
    const lines = text.split('\n');
    const swapped = lines
      .with(2, lines[2]!.replace('replicas', 'init'))
      .with(3, lines[3]!.replace('init', 'replicas'));
    await expect(decrypted('stack.yml', swapped.join('\n'), [identity])).rejects.toThrow(
      'the value at services.web.init does not decrypt',
    );
  });

  test('a removed value breaks the MAC', async () => {
    const { text, identity } = await yaml();
    const cut = text.split('\n').toSpliced(7, 1).join('\n');
    await expect(decrypted('stack.yml', cut, [identity])).rejects.toThrow('its MAC does not match');
  });

  test('a value that somebody wrote in clear is named, not shown', async () => {
    const { text, identity } = await yaml();
    const clear = text.replace(/ratio: .*/, 'ratio: hunter2');
    const error = await decrypted('stack.yml', clear, [identity]).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(SopsError);
    expect(String(error)).toContain('services.web.ratio should be encrypted and is not');
    expect(String(error)).not.toContain('hunter2');
  });

  test('JSON keeps its form', async () => {
    const sops = await sopsWriter();
    const text = JSON.stringify(
      {
        user: sops.value('me', 'user'),
        n: 1,
        sops: sops.metadata(
          ['me'],
          { encrypted_regex: '^(?i)USER$', mac_only_encrypted: true },
          '8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69',
        ),
      },
      null,
      '\t',
    ).replace('^(?i)USER$', '(?i)^USER$');
    expect(await decrypted('a.json', text, [sops.identity])).toBe(
      '{\n\t"user": "me",\n\t"n": 1\n}',
    );
  });

  test('bytes come back as they were', async () => {
    const sops = await sopsWriter();
    const text = JSON.stringify({
      data: sops.value('\u0001\n', 'data'),
      sops: sops.metadata(['\u0001\n']),
    });
    expect(await decryptFile('key.bin', Buffer.from(text), [sops.identity])).toEqual(
      Buffer.from([1, 10]),
    );
  });
});

describe('what cannot be opened', () => {
  test('says that no key is set, or for whom it is', async () => {
    await expect(decrypted('a.yaml', vector('age.yaml'), [])).rejects.toThrow('no age key is set');
    const other = (await sopsWriter()).identity;
    await expect(decrypted('a.yaml', vector('age.yaml'), [other])).rejects.toThrow(
      'none of the age keys opens it; it is for age1l44xcng8dqj32nlv6d930qvvrny05hglzcv9qpc7kxjc6902ma4qufys29',
    );
    await expect(decrypted('a.yaml', vector('age.yaml'), ['nonsense'])).rejects.toThrow(
      'not a valid one',
    );
  });

  test('other keys than age, shared keys and damaged blocks are named', async () => {
    const pgp = 'a: ENC[x]\nsops: { pgp: [{ fp: A }], lastmodified: x, mac: ENC }\n';
    await expect(decrypted('a.yaml', pgp)).rejects.toThrow('not encrypted for an age key');
    const shared =
      'sops: { key_groups: [{ age: [] }, { age: [] }], shamir_threshold: 2, lastmodified: x, mac: y }';
    await expect(decrypted('a.yaml', shared)).rejects.toThrow('several key groups');
    await expect(decrypted('a.yaml', 'sops: { mac: 3 }')).rejects.toThrow(
      '"sops" block is damaged',
    );
  });
});

test('a file that is not encrypted stays byte for byte', async () => {
  const texts = [
    'services: { sops: { image: a } }',
    '# sops: mac',
    '\u0000sops: mac',
    'sops: [',
    'sops_version=1',
  ];
  for (const text of texts) expect(await decrypted('a.yaml', text)).toBe(text);
  expect(await decrypted('.env', 'sops_mac=1')).toBe('sops_mac=1');
});

test('identities come one a line, among comments', () => {
  expect(ageIdentities('# created\n# public\nAGE-SECRET-KEY-1A\n\nAGE-SECRET-KEY-1B')).toEqual([
    'AGE-SECRET-KEY-1A',
    'AGE-SECRET-KEY-1B',
  ]);
});
