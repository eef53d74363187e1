/**
 * The claims of a verified credential. It can end before it expires: with the session or the key that it comes from.
 */
export interface Grant {
  readonly userId: string;
  /** When the credential expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** The session of the login that the credential comes from. */
  readonly sessionId?: string | undefined;
  /** The API key that the credential is, or was issued by. */
  readonly keyId?: string | undefined;
  /** When it was issued, in milliseconds since 1970; only for a credential without a session and without a key. */
  readonly issuedAt?: number | undefined;
}

/** The authenticated caller. */
export interface Principal extends Grant {
  /**
   * May manage users and create workspaces, but sees only workspaces that it is a member of. Never true for an API key
   * or for a user that a key vouches for.
   */
  readonly isAdmin: boolean;
  /** The API key that vouches for this user, when a backend has begun the session. */
  readonly vouchedBy?: string | undefined;
  /** The upper bound of an API key's permissions: it has those of them that its user has. Undefined without a key. */
  readonly scopes?: ReadonlySet<string> | undefined;
}
