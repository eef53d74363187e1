/** Lets a trusted backend issue access tokens for users that it vouches for: `POST /v1/users/:id/tokens`. */
export const USERS_IMPERSONATE = 'users:impersonate';

/** Scopes of API keys that are not permissions in a workspace. Only administrators can create keys with them. */
export const INSTALLATION_SCOPES: readonly string[] = [USERS_IMPERSONATE];
