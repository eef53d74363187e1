/**
 * What makes a delivery whose key is taken a repeat of the one that has it: the key alone, the same bytes as well, or a
 * time in seconds, by the database's clock, that has not passed since that one came.
 */
export type Repeats =
  | { readonly by: 'key' }
  | { readonly by: 'bytes' }
  | { readonly by: 'time'; readonly seconds: number };

/** A delivery that has passed its check, on its way into the database. */
export interface InboxItem {
  readonly id: string;
  readonly sourceId: string;
  /** The version of the source that the delivery was checked against. */
  readonly sourceVersion: number;
  readonly dedupKey: string;
  readonly repeats: Repeats;
  readonly providerDeliveryId: string | null;
  /** SHA-256 of the body, in hex, where the source guards against replays. */
  readonly guardedHash: string | null;
  readonly replayGuardSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Stored =
  | { readonly outcome: 'stored' | 'duplicate'; readonly deliveryId: string; readonly duplicate: boolean }
  /** The source has changed since the delivery was checked: check it again. */
  | { readonly outcome: 'outdated' };

export const OUTDATED: Stored = { outcome: 'outdated' };
