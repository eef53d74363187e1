/** What a verified credential says. It can end before its time: with the session or the key that it comes from. */
export interface Grant {
  readonly userId: string;
  /** When the credential runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** The login that it comes from. */
  readonly sessionId?: string | undefined;
  /** The API key that it is, or was drawn from. */
  readonly keyId?: string | undefined;
  /** When it was issued, in milliseconds since 1970; of a credential that has neither a session nor a key to end with. */
  readonly issuedAt?: number | undefined;
}

/** Who is calling, as far as a verified credential says. */
export interface Principal extends Grant {
  /** May manage users and make workspaces; sees nothing of a workspace that it isn't a member of. Never true of a key, nor of a user whom one vouches for. */
  readonly isAdmin: boolean;
  /** The API key of the backend that vouches for this user, where the session was begun by one. */
  readonly vouchedBy?: string | undefined;
  /** The permissions that an API key has at the most, and only where its user has them; undefined for everyone else. */
  readonly scopes?: ReadonlySet<string> | undefined;
}
