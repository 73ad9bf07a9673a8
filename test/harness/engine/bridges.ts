import { command, tryCommand } from '../command.ts';
import { BRIDGE_PREFIX } from './paths.ts';

const WITHIN = 10_000;

interface Link {
  ifname: string;
  /** the bridge it is plugged into */
  master?: string;
}

/** Deletes our bridges and the ends of cables still plugged into them. */
export async function deleteOurBridges(): Promise<number> {
  const links = JSON.parse(await command('ip', ['-json', 'link'], { within: WITHIN })) as Link[];
  const bridges = links.filter(({ ifname }) => ifname.startsWith(BRIDGE_PREFIX));
  const plugged = links.filter(({ master }) => master?.startsWith(BRIDGE_PREFIX));
  for (const { ifname } of [...plugged, ...bridges]) {
    await tryCommand('ip', ['link', 'delete', ifname], { within: WITHIN });
  }
  return bridges.length;
}
