import { processEnvironment } from './config/process-environment.ts';
import { parseListen } from './config/listen-address.ts';
import { readSettings } from './config/read-settings.ts';

// The image's HEALTHCHECK: is the process that listens where the settings say alive?
const { host, port } = parseListen(readSettings({}, processEnvironment()).listen);
const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host;
const answer = await fetch(`http://${reachable}:${port}/livez`, {
  signal: AbortSignal.timeout(4000),
});
process.exitCode = answer.ok ? 0 : 1;
