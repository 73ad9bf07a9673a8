import { readdirSync } from 'node:fs';
import { tryCommand } from '../command.ts';
import { BRIDGE_PREFIX } from './paths.ts';

/** Deletes our bridges and the ends of cables still plugged into them. */
export async function deleteOurBridges(): Promise<number> {
  const bridges = interfaces().filter((name) => name.startsWith(BRIDGE_PREFIX));
  const plugged = bridges.flatMap((bridge) => portsOf(bridge));
  for (const name of [...plugged, ...bridges]) {
    await tryCommand('ip', ['link', 'delete', name], { within: 10_000 });
  }
  return bridges.length;
}

function interfaces(): string[] {
  return readdirSync('/sys/class/net');
}

function portsOf(bridge: string): string[] {
  try {
    return readdirSync(`/sys/class/net/${bridge}/brif`);
  } catch {
    return [];
  }
}
