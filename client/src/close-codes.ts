/** The code that browsers report for a connection that ended without a close frame. */
export const LOST = 1006;

/** The code of the error that precedes the close. */
export const TOKEN_EXPIRED = 'auth.token-expired';
