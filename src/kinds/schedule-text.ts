import { durationText } from './duration-text.ts';
import type { Schedule } from '../spec/cluster.ts';

/** A schedule in words, such as `0 3 * * 0 (Asia/Seoul), up to 30m later`; null when nothing is ever due. */
export function scheduleText({
  rotate,
  timezone = 'UTC',
  every,
  jitter = 0,
  catch_up: catchUp,
}: Schedule): string | null {
  if (rotate === undefined && every === undefined) return null;
  const when =
    rotate === undefined ? `every ${durationText(every ?? 0)}` : `${rotate} (${timezone})`;
  const later = jitter > 0 ? `, up to ${durationText(jitter)} later` : '';
  return `${when}${later}${catchUp === 'skip' ? ', missed ones skipped' : ''}`;
}
