import { z } from 'zod';
import { textList } from './lists-and-maps.ts';

/** `host:ip` or `host=ip` in the Engine's form, `IP host`; undefined when there is no address. */
function parseHost(entry: string): string | undefined {
  const at = entry.indexOf(entry.includes('=') ? '=' : ':');
  return at === -1 ? undefined : line(entry.slice(0, at), entry.slice(at + 1));
}

function line(host: string, address: string): string {
  return `${address.replace(/^\[(.+)\]$/, '$1')} ${host}`;
}

const list = textList.transform((entries) => entries.map(parseHost));

const map = z
  .record(z.string(), z.union([z.string().transform((address) => [address]), z.array(z.string())]))
  .transform((hosts): (string | undefined)[] =>
    // In the order of their names, as Docker does, so that the order in the file does not matter.
    Object.entries(hosts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([host, addresses]) => addresses.map((address) => line(host, address))),
  );

export const extraHosts = z.union([list, map]);
