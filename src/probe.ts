import { connect } from 'node:net';
import { parseListen } from './config/listen-address.ts';
import { processEnvironment } from './config/process-environment.ts';
import { readSettings } from './config/read-settings.ts';

// The image's HEALTHCHECK: is the process that listens where the settings say alive? It runs every few seconds for ever, so
// it speaks HTTP by hand: loading Node's clients would take three quarters of its time.
const { host, port } = parseListen(readSettings({}, processEnvironment()).listen);
const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;

const socket = connect({ host: reachable, port, timeout: 4000 });
socket.on('timeout', () => socket.destroy(new Error('no answer within 4 s')));
socket.on('error', ({ message }) => end(1, message));
socket.on('end', () => end(1, 'it hung up without an answer'));
socket.once('data', (answer) => {
  const [status = ''] = answer.toString('latin1').split('\r\n');
  end(status.startsWith('HTTP/1.1 200 ') ? 0 : 1, status);
});
socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');

/** Docker keeps what a check says: "docker inspect" shows it. */
function end(code: number, said: string): never {
  process.stdout.write(`${said}\n`);
  process.exit(code);
}
