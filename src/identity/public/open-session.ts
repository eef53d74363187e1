/** A session of a login. It lasts as long as its row: ending it deletes the row. */
export interface OpenSession {
  readonly id: string;
  readonly userId: string;
  /** Extended by each refresh. */
  readonly expiresAt: Date;
  /** Valid for one refresh. */
  readonly refreshToken: string;
}
