/** Why the server closes a socket, and whether the client should reconnect, with jitter and its positions. */
export interface Closing {
  readonly code: number;
  /** Sent as the reason. */
  readonly name: string;
  readonly reconnect: boolean;
  /** When this happens, for documentation. */
  readonly meaning: string;
  /** The code of the error that our client reports when it doesn't reconnect. */
  readonly clientError?: `connection.${string}`;
}

/** 40xx and 44xx require new credentials or a fix before the client reconnects; the other codes only a short wait. */
export const CLOSE = {
  restart: {
    code: 1012,
    name: 'restart',
    reconnect: true,
    meaning: 'The server shuts down, or an administrator closed the connection.',
  },
  tryLater: {
    code: 1013,
    name: 'try later',
    reconnect: true,
    meaning: 'The server could not check the credential or the rights, or the user has too many connections.',
  },
  unauthenticated: {
    code: 4001,
    name: 'unauthenticated',
    reconnect: false,
    meaning: 'No valid credential, or the session or key has ended.',
    clientError: 'connection.unauthenticated',
  },
  forbidden: {
    code: 4003,
    name: 'forbidden',
    reconnect: false,
    meaning: 'The user is disabled.',
    clientError: 'connection.forbidden',
  },
  abuse: {
    code: 4400,
    name: 'protocol abuse',
    reconnect: false,
    meaning: 'The client kept sending after `frame.too-many`.',
    clientError: 'connection.refused',
  },
  expired: {
    code: 4401,
    name: 'token expired',
    reconnect: false,
    meaning: 'The token has expired; send `auth:refresh` in time to avoid this.',
  },
  slow: {
    code: 4500,
    name: 'slow consumer',
    reconnect: true,
    meaning: 'The client left 1 MiB unread, or read nothing for 10 s.',
  },
  stateLost: {
    code: 4501,
    name: 'state lost',
    reconnect: true,
    meaning: 'The database was reset to an earlier state (failover, restore): older positions are invalid.',
  },
} as const satisfies Record<string, Closing>;

/** The codes with which ws enforces the limits of its options. */
const CLOSE_BY_WS = {
  tooManyFragments: {
    code: 1008,
    name: 'too many message fragments',
    reconnect: false,
    meaning: 'A frame in more than 256 fragments.',
    clientError: 'connection.frame-too-large',
  },
  tooBig: {
    code: 1009,
    name: 'message too big',
    reconnect: false,
    meaning: 'A frame of more than 64 KiB.',
    clientError: 'connection.frame-too-large',
  },
} as const satisfies Record<string, Closing>;

/** Every close code, for documents and for the client. */
export const closings = (): Closing[] => Object.values<Closing>({ ...CLOSE_BY_WS, ...CLOSE });
