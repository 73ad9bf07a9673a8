#!/usr/bin/env node
// Plain JavaScript, so that any Node can start it: the TypeScript sources need the pinned one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const oldest = 24;
const pinned = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= oldest) {
  nodeModule.enableCompileCache?.();
  const { main } = await import('./main.ts');
  process.exitCode = await main();
} else if (existsSync(pinned)) {
  startPinned();
} else {
  process.stderr.write(
    `skep needs Node ${oldest} or later, this is ${process.versions.node}. Run "npm ci" in the project, it brings one.\n`,
  );
  process.exitCode = 1;
}

function startPinned() {
  const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}
