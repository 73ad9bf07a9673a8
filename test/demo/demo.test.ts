import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { eventually } from '../harness/await.ts';
import { connect } from '../harness/engine/ping.ts';
import { RUN_LABEL } from '../harness/run-id.ts';

const demo = fileURLToPath(new URL('demo.ts', import.meta.url));

test('the demo converges, serves its page and leaves nothing behind after Ctrl-C', async () => {
  const child = spawn(process.execPath, [demo], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const exited = once(child, 'exit');
  try {
    await eventually(() => said.includes('the cluster is as desired/ says'), {
      what: 'the demo to converge',
      within: 120_000,
    });
    expect(said).toMatch(/w1 +worker +disk=ssd tier=work zone=a/);
    const url = await eventually(() => /status page +(http:\S+)/.exec(said)?.[1], {
      what: 'the address of the status page',
      within: 10_000,
    });
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('counter');
  } finally {
    child.kill('SIGINT');
  }
  expect(await exited).toEqual([0, null]);
  expect(said).toContain('everything is removed');
  expect(await belongings(child.pid)).toEqual([]);
  const folder = /its log is (\S+)\/skep\.log/.exec(said)?.[1] ?? '/';
  expect(existsSync(folder)).toBe(false);
}, 240_000);

/** What of the run that the process was is still on the outer Engine. */
async function belongings(pid: number | undefined) {
  const docker = connect(inject('lab').host);
  const filters = { label: [RUN_LABEL] };
  const found = [
    ...(await docker.listContainers({ all: true, filters })),
    ...(await docker.listNetworks({ filters })),
  ];
  return found.map(({ Labels }) => Labels?.[RUN_LABEL]).filter((run) => run?.includes(`.${pid}.`));
}
