import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from './commands.ts';
import { runCli } from './io.fixture.ts';

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'skep-cli-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('the command line', () => {
  test('--help names every command, and exits well', async () => {
    const { code, out } = await runCli(['--help']);
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(`  ${name} `);
  });

  test.each(commands.map(({ name }) => name))('%s explains itself', async (name) => {
    const { code, out } = await runCli([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain('-o, --output');
  });

  test('a misspelt command or flag is answered with the right one', async () => {
    const command = await runCli(['validat']);
    expect(command).toMatchObject({ code: 1 });
    expect(command.err).toContain('Did you mean validate?');
    const flag = await runCli(['plan', '--desird', 'x']);
    expect(flag.err).toContain('Did you mean --desired?');
  });

  test('wrong settings are told all at once', async () => {
    const { code, err } = await runCli(['serve', '--resync', '0'], { SKEP_MODE: 'dry' });
    expect(code).toBe(1);
    expect(err).toContain('--resync: "0" should be a duration');
    expect(err).toContain('SKEP_MODE: "dry" should be one of apply, observe');
  });

  test('no server at hand is an error with a remedy', async () => {
    const { code, err } = await runCli(['status', '--server', 'http://127.0.0.1:9']);
    expect(code).toBe(1);
    expect(err).toContain('no Skep answers at http://127.0.0.1:9');
  });

  test('a token that is asked for needs a role', async () => {
    const { code, err } = await runCli(['rotate', 'boss']);
    expect(code).toBe(1);
    expect(err).toContain('"boss" cannot be rotated: worker, manager or unlock-key');
  });
});

describe('validate', () => {
  test('is content with good files', async () => {
    const folder = folderWith({ 'stacks/web.yaml': 'services: { a: { image: nginx } }\n' });
    expect(await runCli(['validate', folder])).toMatchObject({
      code: 0,
      out: '1 unit, 0 errors, 0 warnings\n',
    });
  });

  test('shows all errors of all files with place and remedy', async () => {
    const folder = folderWith({
      'stacks/web.yaml': 'services:\n  a:\n    imgae: nginx\n    ports: ["80:x"]\n',
      'cluster.yaml': 'tokens:\n  worker: { rotate: "61 * * * *" }\n',
    });
    const { code, out } = await runCli(['validate', folder]);
    expect(code).toBe(1);
    expect(out).toMatch(/stacks\/web\.yaml:3:5: error: .*imgae/);
    expect(out).toContain('image');
    expect(out).toMatch(/stacks\/web\.yaml:4:\d+: error: /);
    expect(out).toMatch(/cluster\.yaml:2:\d+: error: /);
  });

  test('speaks JSON', async () => {
    const folder = folderWith({ 'stacks/web.yaml': 'services: { a: { image: } }\n' });
    const { code, out } = await runCli(['validate', folder, '-o', 'json']);
    expect(code).toBe(1);
    const answer = JSON.parse(out) as { errors: { place: { line: number } }[] };
    expect(answer.errors[0]?.place.line).toBe(1);
  });

  test('counts warnings as errors when it is told to', async () => {
    const folder = folderWith({
      'stacks/web.yaml': 'services: { a: { image: nginx, privileged: true } }\n',
    });
    expect((await runCli(['validate', folder])).code).toBe(0);
    expect((await runCli(['validate', folder, '--strict'])).code).toBe(1);
  });

  test('an empty directory is an error', async () => {
    expect((await runCli(['validate', folderWith({})])).code).toBe(1);
  });
});

test('schema prints a JSON Schema that knows our keys', async () => {
  const { out } = await runCli(['schema']);
  const schema = JSON.parse(out) as { properties: object };
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(['services', 'nodes', 'tokens', 'cluster', 'stacks']),
  );
});

test('doctor tells what is wrong, with a remedy, when there is no Engine', async () => {
  const desired = folderWith({ 'stacks/web.yaml': 'services: { a: { image: nginx } }\n' });
  const args = ['doctor', '--host', 'unix:///nonexistent.sock', '--desired', desired];
  const { code, out } = await runCli([...args, '--data', folderWith({})]);
  expect(code).toBe(1);
  expect(out).toContain('✔ desired');
  expect(out).toContain('✔ data');
  expect(out).toContain('✗ engine');
  expect(out).toContain('Set --host or DOCKER_HOST');
});
