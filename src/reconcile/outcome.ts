/** What a run of one unit came to; it alone decides status, metrics, notifications and the next wake-up. Times in ms since the epoch. */
export type Outcome =
  | { result: 'ready' }
  /** Something failed that trying again may cure. */
  | { result: 'retry'; reason: string; message: string }
  /** Not an error: something must happen first; looked at again at `until` at the latest. */
  | { result: 'wait'; until: number; reason: string; message: string }
  /** A person must act; looked at again when the files, the settings or the cluster change. */
  | { result: 'stalled'; reason: string; message: string };
