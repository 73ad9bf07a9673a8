/** Makes IDs; see `idMaker`. `at` in ms since the epoch. */
export type MakeId = (at: number) => string;

/** 24 hex digits that sort by time: 12 of the time, 4 that count within a millisecond, 8 of random. */
export function idMaker(random: (bytes: number) => Buffer): MakeId {
  let last = -1;
  let count = 0;
  return (at) => {
    count = at === last ? count + 1 : 0;
    last = at;
    return hex(at, 12) + hex(count, 4) + random(4).toString('hex');
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0').slice(-digits);
}
