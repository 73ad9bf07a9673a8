import type { Clock } from '../reconcile/clock.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import { fileText, messageOf, type Parcel, testMessage } from './parcel.ts';
import { postWebhook } from './post-webhook.ts';
import { holdsText, replaceFile, tryDirectory } from './secret-file.ts';
import type { Target } from './targets.ts';

/** How long one try may take. */
const attemptMs = 10_000;

/** Gives a parcel to a target once. Rejects with why that failed. */
export async function give(
  parcel: Parcel,
  target: Target,
  clock: Clock,
  stopping: AbortSignal,
): Promise<void> {
  await inTime(clock, stopping, async (signal) => {
    if (target.way === 'webhook') {
      return postWebhook(target, messageOf(parcel, target), { now: clock.now(), signal });
    }
    const text = fileText(parcel);
    if (!(await holdsText(target.path, text))) await replaceFile(target.path, text);
  });
}

/** Whether a target has the parcel, as far as that can be looked at. */
export async function has(
  parcel: Parcel,
  target: Target,
  clock: Clock,
  stopping: AbortSignal,
): Promise<boolean> {
  if (target.way === 'webhook') return true;
  return await inTime(clock, stopping, () => holdsText(target.path, fileText(parcel)));
}

/** Tries a target without giving it anything. Resolves to whether it keeps what it is given over a restart of this machine. */
export async function tryOut(
  target: Target,
  clock: Clock,
  stopping: AbortSignal,
): Promise<boolean> {
  return await inTime(clock, stopping, async (signal) => {
    if (target.way === 'file') return await tryDirectory(target.path);
    const now = clock.now();
    await postWebhook(target, testMessage(target, now), { now, signal });
    return true;
  });
}

/** A file system may hang as well as a receiver, and cannot be told to stop. */
async function inTime<T>(
  clock: Clock,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const signal = AbortSignal.any([stopping, ending.signal]);
  const late = clock.sleep(attemptMs, signal).then(() => {
    throw new DeliveryFailure(`no answer within ${attemptMs / 1000} s`);
  });
  try {
    return await Promise.race([work(signal), late]);
  } finally {
    ending.abort();
    late.catch(() => undefined);
  }
}
