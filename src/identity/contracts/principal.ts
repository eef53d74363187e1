/** Who is calling, as far as a verified credential says. */
export interface Principal {
  readonly userId: string;
  /** May manage users and make workspaces; sees nothing of a workspace that it isn't a member of. */
  readonly isAdmin: boolean;
  /** When the credential runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
}
