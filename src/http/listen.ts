import { isLoopback, parseListen } from '../config/listen-address.ts';
import type { Auth } from './auth.ts';

/** Throws when others than this machine could reach an API that asks for no credentials. */
export function assertListenIsSafe(listen: string, auth: Auth): void {
  const { host } = parseListen(listen);
  if (isLoopback(host)) return;
  if (auth !== null && auth.tokens.length > 0) return;
  throw new Error(
    `Refusing to listen on ${listen} without credentials: whoever reaches it could change the cluster. Give Skep an API token, or listen on 127.0.0.1.`,
  );
}
