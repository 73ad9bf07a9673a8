import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { runState } from '../run-id.ts';
import { USERS_DIR } from './paths.ts';

/** Notes that a run uses the private Engine. Call it, like everything here, with the Engine's lock held. */
export function addUser(runId: string): void {
  mkdirSync(USERS_DIR, { recursive: true });
  writeFileSync(`${USERS_DIR}/${runId}`, '');
}

export function removeUser(runId: string): void {
  rmSync(`${USERS_DIR}/${runId}`, { force: true });
}

/** The other runs that use the private Engine now; the notes of dead runs are removed. */
export function otherUsers(runId: string): string[] {
  mkdirSync(USERS_DIR, { recursive: true });
  const noted = readdirSync(USERS_DIR);
  const alive = noted.filter((user) => runState(user) === 'alive');
  for (const user of noted) if (!alive.includes(user)) removeUser(user);
  return alive.filter((user) => user !== runId);
}
