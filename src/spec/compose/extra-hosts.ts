import { z } from 'zod';
import { textList } from './lists-and-maps.ts';

/** Lines in the Engine's form, and the positions of entries that make none: Docker passes over those. */
export type Hosts = { lines: string[]; lost: number[] };

const list = textList.transform((entries): Hosts => {
  const lines = entries.map(entryLine);
  return {
    lines: lines.filter((line) => line !== undefined),
    lost: [...lines.keys()].filter((index) => lines[index] === undefined),
  };
});

const map = z
  .record(z.string(), z.union([z.string().transform((address) => [address]), z.array(z.string())]))
  .transform((hosts): Hosts => {
    // In the order of their names, as Docker does, so that the order in the file does not matter.
    const lines = Object.entries(hosts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([host, addresses]) => addresses.map((address) => line(host, address)));
    return { lines, lost: [] };
  });

function entryLine(entry: string): string | undefined {
  const at = entry.indexOf(entry.includes('=') ? '=' : ':');
  const isWhole = at > 0 && at < entry.length - 1;
  return isWhole ? line(entry.slice(0, at), entry.slice(at + 1)) : undefined;
}

/** The Engine's form, `IP host`. */
function line(host: string, address: string): string {
  return `${address.replace(/^\[(.+)\]$/, '$1')} ${host}`;
}

export const extraHosts = z.union([list, map]);
