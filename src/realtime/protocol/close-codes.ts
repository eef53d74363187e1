/** Why we end a socket, and whether the client may come back by itself, with jitter and its positions. */
export interface Closing {
  readonly code: number;
  /** Sent as the reason. */
  readonly name: string;
  readonly reconnect: boolean;
  /** When it comes to that, for people. */
  readonly meaning: string;
}

/** Codes below 4500 ask for new credentials or a fix before the client comes back; the others only for a little patience. */
export const CLOSE = {
  restart: { code: 1012, name: 'restart', reconnect: true, meaning: 'The server shuts down.' },
  tryLater: {
    code: 1013,
    name: 'try later',
    reconnect: true,
    meaning: 'The server could not find out who is there, or what they may do; or the user has too many connections.',
  },
  unauthenticated: {
    code: 4001,
    name: 'unauthenticated',
    reconnect: false,
    meaning: 'No valid credential, or the session or key has ended.',
  },
  forbidden: { code: 4003, name: 'forbidden', reconnect: false, meaning: 'The user is disabled.' },
  abuse: {
    code: 4400,
    name: 'protocol abuse',
    reconnect: false,
    meaning: 'The client went on sending after it was told to slow down.',
  },
  expired: {
    code: 4401,
    name: 'token expired',
    reconnect: false,
    meaning: 'The token has run out; `auth:refresh` in time avoids it.',
  },
  slow: { code: 4500, name: 'slow consumer', reconnect: true, meaning: '1 MiB unread, or something unread for 10 s.' },
  stateLost: {
    code: 4501,
    name: 'state lost',
    reconnect: true,
    meaning: 'The database went back in time (a failover, a restore): positions from before are void.',
  },
} as const satisfies Record<string, Closing>;

/** What ws says by itself of a limit that we set it. */
export const CLOSE_BY_WS = {
  tooManyFragments: {
    code: 1008,
    name: 'too many message fragments',
    reconnect: false,
    meaning: 'A frame in more than 256 fragments.',
  },
  tooBig: { code: 1009, name: 'message too big', reconnect: false, meaning: 'A frame of more than 64 KiB.' },
} as const satisfies Record<string, Closing>;
