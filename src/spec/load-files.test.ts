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

describe('extends', () => {
  it('lays a service over another, through files and folders', async () => {
    const set = await readFiles({
      'stacks/a/compose.yaml':
        'services:\n  web:\n    extends: { file: ../../_base/b.yaml, service: mid }\n    environment: { A: own }\n  more: { extends: web, hostname: h }\n',
      '_base/b.yaml':
        'services:\n  mid: { extends: { service: low }, environment: { A: mid, B: mid }, volumes: ["./data:/data"] }\n  low: { image: nginx, environment: { A: low, C: low } }\n',
    });
    expect(texts(set)).toEqual([]);
    const { web, more } = unit(set, 'a').compose.services;
    expect(web).toMatchObject({ image: 'nginx', environment: { A: 'own', B: 'mid', C: 'low' } });
    expect(web?.volumes?.[0]?.source).toBe('../../_base/data');
    expect(more).toMatchObject({ image: 'nginx', hostname: 'h' });
    expect(Object.keys(unit(set, 'a').compose.services)).toEqual(['web', 'more']);
  });

  it('names the chain of a circle', async () => {
    const set = await readFiles({
      'stacks/a.yaml':
        'services:\n  x: { extends: { service: y }, image: i }\n  y: { extends: { file: _b.yaml, service: z }, image: i }\n',
      'stacks/_b.yaml': 'services: { z: { extends: { file: a.yaml, service: x }, image: i } }\n',
    });
    expect(texts(set)[0]).toContain(
      'stacks/a.yaml: x → stacks/a.yaml: y → stacks/_b.yaml: z → stacks/a.yaml: x',
    );
    expect(set.broken.map(({ name }) => name)).toEqual(['a']);
  });

  it('reports a missing service and a missing file where they are named', async () => {
    const set = await readFiles({
      'stacks/a.yaml':
        'services:\n  x: { image: i, extends: { service: no } }\n  y: { image: i, extends: { file: no.yaml, service: z } }\n',
    });
    expect(set.diagnostics.map(({ code, place }) => [code, place?.line])).toEqual([
      ['extends-missing', 2],
      ['file-missing', 3],
    ]);
  });
});

describe('include', () => {
  it('adds files with their own paths and variables', async () => {
    const set = await readFiles({
      'stacks/a/compose.yaml':
        'include:\n  - sub/db.yaml\n  - path: [../../_lib/c.yaml, over.yaml]\n    env_file: lib.env\nservices: { web: { image: "nginx:$TAG" } }\n',
      'stacks/a/.env': 'TAG=1\n',
      'stacks/a/lib.env': 'LIB=env\nTAG=9\n',
      'stacks/a/over.yaml': 'services: { lib: { hostname: over } }\n',
      'stacks/a/sub/db.yaml':
        'services: { db: { image: "pg:$TAG-$SUB", volumes: ["./d:/d"] } }\nconfigs: { c: { file: c.txt } }\n',
      'stacks/a/sub/.env': 'SUB=sub\n',
      'stacks/a/sub/c.txt': 'c',
      '_lib/c.yaml': 'services: { lib: { image: "lib:$LIB-$TAG" } }\n',
    });
    expect(texts(set)).toEqual([]);
    const { compose, sideFiles } = unit(set, 'a');
    expect(compose.services).toMatchObject({
      web: { image: 'nginx:1' },
      db: { image: 'pg:1-sub', volumes: [{ source: './sub/d' }] },
      lib: { image: 'lib:env-1', hostname: 'over' },
    });
    expect(sideFiles.get('./sub/c.txt')?.toString()).toBe('c');
  });

  it('refuses circles, conflicts and cluster files', async () => {
    const set = await readFiles({
      'stacks/a.yaml': 'include: [_b.yaml]\nservices: {}\n',
      'stacks/_b.yaml': 'include: [a.yaml]\nservices: {}\n',
      'stacks/c.yaml': `include: [_d.yaml]\n${web}`,
      'stacks/_d.yaml': 'services: { web: { image: other } }\n',
      'stacks/e.yaml': 'include: [../cluster.yaml]\nservices: {}\n',
      'cluster.yaml': web,
    });
    expect(errorCodes(set).sort()).toEqual(['include-conflict', 'include-cycle', 'included-spec']);
  });
});

describe('profiles', () => {
  it('leaves out services of profiles that are not active', async () => {
    await directory.write({
      'stacks/a.yaml':
        'services: { web: { image: i }, debug: { image: i, profiles: [dev, test] } }\n',
    });
    const services = async (profiles?: string[]) =>
      Object.keys(unit(await directory.read(profiles ? { profiles } : {}), 'a').compose.services);
    expect(await services()).toEqual(['web']);
    expect(await services(['test'])).toEqual(['web', 'debug']);
    expect(await services(['*'])).toEqual(['web', 'debug']);
  });
});

describe('places of a unit', () => {
  it('finds a path in the last file that has it', async () => {
    const set = await readFiles({
      'cluster.yaml': 'stacks: { a: { files: [_a.yaml, _b.yaml] } }\n',
      '_a.yaml': 'services:\n  web:\n    image: a\n    hostname: h\n',
      '_b.yaml': 'services:\n  web:\n    image: b\n',
    });
    const found = unit(set, 'a');
    expect(found.locate(['services', 'web', 'image'])).toMatchObject({ file: '_b.yaml', line: 3 });
    expect(found.locate(['services', 'web', 'hostname'])).toMatchObject({
      file: '_a.yaml',
      line: 4,
    });
    expect(found.locate(['services', 'web', 'nope'])).toMatchObject({ file: '_b.yaml', line: 2 });
  });
});
