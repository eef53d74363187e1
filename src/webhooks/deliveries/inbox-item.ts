/**
 * The condition for a delivery to repeat the holder of its dedup key: the key alone, equal bytes as well, or a number
 * of seconds, by the database's clock, since the holder was received.
 */
export type Repeats =
  | { readonly by: 'key' }
  | { readonly by: 'bytes' }
  | { readonly by: 'time'; readonly seconds: number };

/** A verified delivery, to be inserted. */
export interface InboxItem {
  readonly id: string;
  readonly sourceId: string;
  readonly workspaceId: string;
  /** The version of the source that verified the delivery. */
  readonly sourceVersion: number;
  readonly dedupKey: string;
  readonly repeats: Repeats;
  readonly providerDeliveryId: string | null;
  /** SHA-256 of the body, or of the text that identifies it, in hex, if the source has a replay guard. */
  readonly guardedHash: string | null;
  readonly replayGuardSeconds: number;
  /** Null: POST. */
  readonly method: 'GET' | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Simulated by a user: its record and its event say so. */
  readonly isTest: boolean;
  /** The `traceparent` that its processing continues; undefined if no trace is recorded. */
  readonly trace?: string | undefined;
}

export type Stored =
  | { readonly outcome: 'stored' | 'duplicate'; readonly deliveryId: string; readonly duplicate: boolean }
  /** The source has changed since the delivery was verified: verify it again. */
  | { readonly outcome: 'outdated' };

export const OUTDATED: Stored = { outcome: 'outdated' };
