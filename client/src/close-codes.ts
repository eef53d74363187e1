/** Close codes after which coming back is of no use before something has changed, and what they mean. */
export const STOPPING: Readonly<Record<number, readonly [code: string, message: string]>> = {
  1009: ['connection.frame-too-large', 'The server refused a frame for its size.'],
  1008: ['connection.frame-too-large', 'The server refused a frame for the number of its fragments.'],
  4001: ['connection.unauthenticated', 'There is no valid sign-in, or it has ended.'],
  4003: ['connection.forbidden', 'This user may not connect.'],
  4400: ['connection.refused', 'The server refused how this client behaves.'],
};

export const EXPIRED = 4401;
export const UNAUTHENTICATED = 4001;
/** What browsers report for a connection that ended without a word. */
export const LOST = 1006;

/** The code of the error before the end. */
export const TOKEN_EXPIRED = 'auth.token-expired';
