/** Close codes after which the client doesn't reconnect by itself, and their meanings. */
export const STOPPING: Readonly<Record<number, readonly [code: string, message: string]>> = {
  1009: ['connection.frame-too-large', 'The server refused a frame because of its size.'],
  1008: ['connection.frame-too-large', 'The server refused a frame because of the number of its fragments.'],
  4001: ['connection.unauthenticated', 'There is no valid sign-in, or it has ended.'],
  4003: ['connection.forbidden', 'This user may not connect.'],
  4400: ['connection.refused', 'The server closed the connection because the client violated the protocol.'],
};

export const EXPIRED = 4401;
export const UNAUTHENTICATED = 4001;
/** The code that browsers report for a connection that ended without a close frame. */
export const LOST = 1006;

/** The code of the error that precedes the close. */
export const TOKEN_EXPIRED = 'auth.token-expired';
