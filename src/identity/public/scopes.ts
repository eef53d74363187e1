/** Lets a trusted backend draw access tokens for users that it vouches for: `POST /v1/users/:id/tokens`. */
export const USERS_IMPERSONATE = 'users:impersonate';

/** Scopes of API keys that are no permission in any workspace. Only administrators make keys that have one. */
export const INSTALLATION_SCOPES: readonly string[] = [USERS_IMPERSONATE];
