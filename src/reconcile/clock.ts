/** Time, passed in wherever it matters. Wall time is for people and schedules; delays use `sleep`, which follows the monotonic clock. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};
