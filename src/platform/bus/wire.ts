/** A transport of messages between the processes of an installation. */
export interface Wire {
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
  /** Never throws or blocks. */
  send(text: string): void;
  /** Closes the connection, even if the server does not answer. */
  close(): Promise<void>;
}
