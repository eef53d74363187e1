import { answer } from '../api/answer.js';
import { logIn } from '../api/credential.js';
import { checkedUrl, connect, type GlobalOptions } from '../api/connect.js';
import { approvedByBrowser } from '../api/device-login.js';
import { send } from '../api/send.js';
import { environment } from '../environment.js';
import { CliError, EXIT, usageError } from '../errors.js';
import { findProfile, profileName, profilesPath, removeProfile, saveProfile } from '../profiles/profiles.js';
import { ask, askSecret } from '../terminal/ask.js';
import { note, printJson } from '../terminal/output.js';

const LOGOUT_MS = 10_000;

export interface LoginOptions extends GlobalOptions {
  readonly email?: string;
  readonly apiKey?: boolean;
  readonly browser?: boolean;
}

export async function login([argument]: readonly string[], options: LoginOptions): Promise<void> {
  const name = profileName(options.profile);
  const before = findProfile(name);
  const url = checkedUrl(argument ?? options.url ?? environment.url ?? before?.url ?? 'http://localhost:3000');
  const signedIn = await credentials(url, options, before?.email);
  saveProfile(name, { url, ...signedIn });
  try {
    const workspaceId = await chosenWorkspace(name, options);
    saveProfile(name, { ...(findProfile(name) ?? { url }), workspaceId });
    await welcome(name, options);
  } catch (error) {
    // A profile that does not work must not replace one that does.
    if (before === undefined) removeProfile(name);
    else saveProfile(name, before);
    throw error;
  }
}

/** A person at a terminal signs in by the browser, unless an option says otherwise. */
function credentials(url: string, { apiKey, browser, email }: LoginOptions, known: string | undefined) {
  const wanted = [apiKey === true && '--api-key', browser === true && '--browser', email !== undefined && '--email'];
  const [one, other] = wanted.filter((option) => option !== false);
  if (other !== undefined) throw usageError(`Use either ${one} or ${other}.`);
  if (apiKey === true) return withKey();
  if (browser === true) return approvedByBrowser(url);
  if (email === undefined && process.stdin.isTTY) return withBrowserOrPassword(url, known);
  return withPassword(url, email ?? known);
}

/** A server of an older release has no sign-in of devices. */
async function withBrowserOrPassword(url: string, known: string | undefined) {
  try {
    return await approvedByBrowser(url);
  } catch (error) {
    if (error instanceof CliError && error.code === 'route.not-found') return withPassword(url, known);
    throw error;
  }
}

async function withKey() {
  return { apiKey: (await askSecret('API key')).trim() };
}

async function withPassword(url: string, known: string | undefined) {
  const email = known ?? (await ask('E-mail', { echo: true })).trim();
  return logIn(url, email, await askSecret('Password'));
}

/** The one that was asked for, or the only one; several need a choice with each command. */
async function chosenWorkspace(profile: string, { workspace }: LoginOptions): Promise<string | undefined> {
  const connection = connect({ profile, url: findProfile(profile)?.url ?? '', ...(workspace && { workspace }) });
  if (workspace !== undefined) return connection.workspace();
  const { workspaces } = await answer(connection.api.GET('/v1/me'));
  return workspaces.length === 1 ? workspaces[0]?.id : undefined;
}

async function welcome(profile: string, { json }: LoginOptions): Promise<void> {
  const { url, workspaceId = null } = findProfile(profile) ?? { url: '' };
  const { user } = await answer(connect({ profile, url }).api.GET('/v1/me'));
  if (json === true) return printJson({ profile, url, email: user.email, workspaceId });
  note(`Signed in to ${url} as ${user.email}. The profile ${profile} is in ${profilesPath()}.`);
}

export async function logout(_args: readonly string[], options: GlobalOptions): Promise<void> {
  const name = profileName(options.profile);
  const profile = findProfile(name);
  if (profile === undefined) throw new CliError('profile.missing', `There is no profile \`${name}\`.`, EXIT.notFound);
  if (profile.refreshToken !== undefined) await endSession(profile.url, profile.refreshToken);
  removeProfile(name);
  if (options.json === true) return printJson({ profile: name, ended: true });
  note(profile.apiKey === undefined ? 'Signed out.' : 'The profile is deleted. Its API key stays valid.');
}

/** A server that cannot be reached must not keep the tokens on this machine. */
async function endSession(url: string, refreshToken: string): Promise<void> {
  const headers = { cookie: `tidings_refresh=${refreshToken}` };
  const request = new Request(`${url}/v1/auth/logout`, { method: 'POST', headers });
  const response = await send(request, LOGOUT_MS).catch(() => undefined);
  if (response?.ok !== true) note('The server has not confirmed the logout: its session ends by itself.');
}
