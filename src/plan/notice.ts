import type { KindName } from '../desired/desired.ts';

/** What a person should know and what is in nobody's way: shown among the conditions, while the unit may be ready. */
export type Notice = { type: string; kind: KindName; name: string; message: string };
