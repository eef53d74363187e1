import { environment } from '../environment.js';
import { CliError, EXIT } from '../errors.js';
import { withLock } from '../profiles/file-lock.js';
import { findProfile, profilesPath, saveProfile, type Profile } from '../profiles/profiles.js';
import { answer, unreachable } from './answer.js';
import { send } from './send.js';

/** Returns the token for `Authorization: Bearer`. @param fresh whether the last one was refused */
export type Credential = (fresh: boolean) => Promise<string>;

export interface Tokens {
  readonly accessToken: string;
  readonly accessTokenEndsAt: number;
  readonly refreshToken: string;
  readonly email: string;
}

interface LoginBody {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly user: { readonly email: string };
}

/** So much earlier than its end a token is renewed. */
const MARGIN_MS = 30_000;

/** The credential of a profile. TIDINGS_API_KEY takes precedence. */
export function credentialOf(name: string, url: string): Credential {
  const profile = findProfile(name);
  // The credentials of a profile belong to its server: TIDINGS_URL must not send them to another one.
  const own = profile?.url === url ? profile : undefined;
  const apiKey = environment.apiKey ?? own?.apiKey;
  if (apiKey !== undefined) return (fresh) => (fresh ? Promise.reject(refused()) : Promise.resolve(apiKey));
  if (own?.refreshToken === undefined) throw signedOut(url);
  return (fresh) => loginToken(name, fresh);
}

/** Uses the stored access token for as long as it is valid. Processes renew it one after the other. */
async function loginToken(name: string, fresh: boolean): Promise<string> {
  const before = findProfile(name);
  if (before === undefined) throw ended();
  if (!fresh && isValid(before)) return before.accessToken;
  return withLock(`${profilesPath()}.lock`, async () => {
    const profile = findProfile(name);
    if (profile?.refreshToken === undefined) throw ended();
    const isRenewed = profile.accessToken !== before.accessToken;
    if (isRenewed && isValid(profile)) return profile.accessToken;
    const tokens = await refresh(profile.url, profile.refreshToken);
    saveProfile(name, { ...profile, ...tokens });
    return tokens.accessToken;
  });
}

const isValid = (profile: Profile): profile is Profile & { accessToken: string } =>
  profile.accessToken !== undefined && (profile.accessTokenEndsAt ?? 0) - MARGIN_MS > Date.now();

export const logIn = (url: string, email: string, password: string): Promise<Tokens> =>
  tokensFrom(`${url}/v1/auth/login`, { 'content-type': 'application/json' }, JSON.stringify({ email, password }));

/** @throws CliError `device.pending` and the other answers to a device */
export const deviceTokens = (url: string, deviceCode: string): Promise<Tokens> =>
  tokensFrom(`${url}/v1/auth/device/token`, { 'content-type': 'application/json' }, JSON.stringify({ deviceCode }));

const refresh = (url: string, refreshToken: string): Promise<Tokens> =>
  tokensFrom(`${url}/v1/auth/refresh`, { cookie: `tidings_refresh=${refreshToken}` });

async function tokensFrom(url: string, headers: Record<string, string>, body?: string): Promise<Tokens> {
  const response = await send(new Request(url, { method: 'POST', headers, body: body ?? null })).catch(
    (error: unknown) => {
      throw unreachable(error);
    },
  );
  const json = (await response.json().catch(() => ({}))) as LoginBody;
  await answer(Promise.resolve({ data: json, error: json, response }));
  const [, refreshToken] = /tidings_refresh=([\w-]+)/.exec(response.headers.getSetCookie().join('\n')) ?? [];
  if (refreshToken === undefined) {
    throw new CliError('login.no-refresh-token', 'The server did not set a refresh token.', EXIT.failed);
  }
  const { accessToken, expiresIn, user } = json;
  return { accessToken, accessTokenEndsAt: Date.now() + expiresIn * 1_000, refreshToken, email: user.email };
}

const refused = () =>
  new CliError('auth.invalid-token', 'The server does not accept the API key.', EXIT.signedOut, {
    hint: 'Create another key, and run `tidings login --api-key`.',
  });

const ended = () =>
  new CliError('auth.session-ended', 'Your session has ended.', EXIT.signedOut, { hint: 'Run `tidings login`.' });

const signedOut = (url: string) =>
  new CliError('auth.signed-out', `You are not signed in to ${url}.`, EXIT.signedOut, {
    hint: `Run \`tidings login ${url}\`, or set TIDINGS_API_KEY.`,
  });
