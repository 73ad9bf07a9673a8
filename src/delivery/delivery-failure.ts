/** Why something could not be delivered, in words that hold neither an address's secret parts nor what was to be delivered. */
export class DeliveryFailure extends Error {
  override name = 'DeliveryFailure';
  /** Milliseconds that the receiver asked to be left alone for. */
  readonly retryAfterMs: number | undefined;
  /** The receiver wants nothing more. */
  readonly isFinal: boolean;

  constructor(
    message: string,
    more: { retryAfterMs?: number | undefined; isFinal?: boolean } = {},
  ) {
    super(message);
    this.retryAfterMs = more.retryAfterMs;
    this.isFinal = more.isFinal ?? false;
  }
}
