/** What a verified credential says. It can end before its time: with the session or the key that it comes from. */
export interface Grant {
  readonly userId: string;
  /** When the credential runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** The login that it comes from. */
  readonly sessionId?: string | undefined;
  /** The API key that it is, or was drawn from. */
  readonly keyId?: string | undefined;
}

/** Who is calling, as far as a verified credential says. */
export interface Principal extends Grant {
  /** May manage users and make workspaces; sees nothing of a workspace that it isn't a member of. Never true of a key. */
  readonly isAdmin: boolean;
  /** The permissions that an API key has at the most, and only where its user has them; undefined for everyone else. */
  readonly scopes?: ReadonlySet<string> | undefined;
}
