import { answer } from '../api/answer.js';
import { logIn } from '../api/credential.js';
import { checkedUrl, connect, type GlobalOptions } from '../api/connect.js';
import { send } from '../api/send.js';
import { environment } from '../environment.js';
import { CliError, EXIT } from '../errors.js';
import { findProfile, profileName, profilesPath, removeProfile, saveProfile } from '../profiles/profiles.js';
import { ask, askSecret } from '../terminal/ask.js';
import { note, printJson } from '../terminal/output.js';

const LOGOUT_MS = 10_000;

export interface LoginOptions extends GlobalOptions {
  readonly email?: string;
  readonly apiKey?: boolean;
}

export async function login([argument]: readonly string[], options: LoginOptions): Promise<void> {
  const name = profileName(options.profile);
  const before = findProfile(name);
  const url = checkedUrl(argument ?? options.url ?? environment.url ?? before?.url ?? 'http://localhost:3000');
  const signedIn = options.apiKey === true ? await withKey() : await withPassword(url, options.email ?? before?.email);
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
