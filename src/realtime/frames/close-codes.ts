/** Why we end a socket, and whether the client may come back by itself, with jitter and its positions. */
export interface Closing {
  readonly code: number;
  /** Sent as the reason. */
  readonly name: string;
  readonly reconnect: boolean;
}

/** Codes below 4500 ask for new credentials or a fix before the client comes back; the others only for a little patience. */
export const CLOSE = {
  restart: { code: 1012, name: 'restart', reconnect: true },
  tryLater: { code: 1013, name: 'try later', reconnect: true },
  unauthenticated: { code: 4001, name: 'unauthenticated', reconnect: false },
  forbidden: { code: 4003, name: 'forbidden', reconnect: false },
  abuse: { code: 4400, name: 'protocol abuse', reconnect: false },
  expired: { code: 4401, name: 'token expired', reconnect: false },
  slow: { code: 4500, name: 'slow consumer', reconnect: true },
  stateLost: { code: 4501, name: 'state lost', reconnect: true },
} as const satisfies Record<string, Closing>;
