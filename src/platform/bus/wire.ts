/** What carries messages between the processes of an installation. */
export interface Wire {
  /** @throws Error when the other side can't be reached within a few seconds */
  open(ends: WireEnds): Promise<OpenWire>;
}

/** What the owner of a wire is told. */
export interface WireEnds {
  /** Of every process, our own messages too. */
  message(text: string): void;
  /** The connection is gone; what is sent from now on reaches nobody. May come more than once. */
  lost(reason: Error): void;
}

export interface OpenWire {
  /** Never throws, never waits. */
  send(text: string): void;
  /** Lets go of the connection, also when the other side is silent. */
  close(): Promise<void>;
}
