import { z } from 'zod';
import { textList } from './lists-and-maps.ts';
import { refuse } from './refuse.ts';

const list = textList.transform((entries, context): string[] =>
  entries.map((entry, index) => {
    const separator = entry.includes('=') ? '=' : ':';
    const at = entry.indexOf(separator);
    if (at > 0 && at < entry.length - 1) return line(entry.slice(0, at), entry.slice(at + 1));
    const remedy = 'Write it as "host:ip" or "host=ip".';
    return refuse(context, 'bad-host', 'is no host with its address', remedy, [index]);
  }),
);

const map = z
  .record(z.string(), z.union([z.string().transform((address) => [address]), z.array(z.string())]))
  .transform((hosts) =>
    // In the order of their names, as Docker does, so that the order in the file does not matter.
    Object.entries(hosts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([host, addresses]) => addresses.map((address) => line(host, address))),
  );

/** The Engine's form, `IP host`. */
function line(host: string, address: string): string {
  return `${address.replace(/^\[(.+)\]$/, '$1')} ${host}`;
}

export const extraHosts = z.union([list, map]);
