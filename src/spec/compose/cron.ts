const months = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const days = 'sun|mon|tue|wed|thu|fri|sat';

const fields: readonly { min: number; max: number; names?: RegExp }[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: new RegExp(`^(?:${months})$`, 'i') },
  { min: 0, max: 7, names: new RegExp(`^(?:${days})$`, 'i') },
];

/** True for a cron expression of five fields: minute, hour, day of the month, month, day of the week. */
export function isCron(text: string): boolean {
  const words = text.trim().split(/\s+/);
  return (
    words.length === fields.length && fields.every((field, i) => isField(words[i] ?? '', field))
  );
}

function isField(word: string, field: (typeof fields)[number]): boolean {
  return word.split(',').every((item) => {
    const [range = '', step, ...rest] = item.split('/');
    const isStep = step === undefined || (/^\d+$/.test(step) && Number(step) > 0);
    return rest.length === 0 && isStep && isRange(range, field);
  });
}

function isRange(range: string, field: (typeof fields)[number]): boolean {
  if (range === '*') return true;
  const [from = '', to, ...rest] = range.split('-');
  if (rest.length > 0 || !isValue(from, field)) return false;
  if (to === undefined) return true;
  const isOrdered = !/^\d+$/.test(from + to) || Number(from) <= Number(to);
  return isValue(to, field) && isOrdered;
}

function isValue(text: string, { min, max, names }: (typeof fields)[number]): boolean {
  if (names?.test(text) === true) return true;
  return /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
}
