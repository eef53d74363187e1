/** A transport of messages between the processes of an installation. */
export interface Wire {
  /** The number of partitions for messages that only some processes receive. */
  readonly partitions: number;
  /** @throws Error when the backend is unavailable for a few seconds */
  open(ends: WireEnds): Promise<OpenWire>;
}

/** Callbacks to the owner of a wire. */
export interface WireEnds {
  /** A message of any process, including this one. */
  message(text: string): void;
  /** The connection is lost, and further messages are dropped. May be called more than once. */
  lost(reason: Error): void;
}

export interface OpenWire {
  /**
   * Never throws or blocks.
   * @param partition only processes that listen to it receive the message; undefined: all processes
   */
  send(text: string, partition?: number): void;
  /** Resolves when each later message of the partitions arrives. Rejects when the connection is lost. */
  listen(partitions: readonly number[]): Promise<void>;
  /** Never throws or blocks. */
  unlisten(partition: number): void;
  /** Closes the connection, even if the server does not answer. */
  close(): Promise<void>;
}
