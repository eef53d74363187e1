import type { paths } from '@tidings/server';
import createClient, { type Client } from 'openapi-fetch';
import { environment } from '../environment.js';
import { CliError, EXIT, usageError } from '../errors.js';
import { findProfile, profileName } from '../profiles/profiles.js';
import { answer } from './answer.js';
import { credentialOf, type Credential } from './credential.js';
import { send } from './send.js';

/** Options of every command. */
export interface GlobalOptions {
  readonly profile?: string;
  readonly url?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

export interface Connection {
  readonly profile: string;
  readonly url: string;
  readonly api: Client<paths>;
  readonly credential: Credential;
  /** Sends a request with the credential, and once more with a fresh one after 401. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Whether an option, the environment or the profile names a workspace. */
  readonly namesWorkspace: boolean;
  /** The id of the workspace of the command. */
  workspace(): Promise<string>;
}

const IS_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export const isId = (text: string): boolean => IS_ID.test(text);

/** @throws CliError `auth.signed-out`, or `profile.missing` */
export function connect(options: GlobalOptions): Connection {
  const profile = profileName(options.profile);
  const url = serverUrl(options);
  const credential = credentialOf(profile, url);
  const fetch = (request: Request) => fetchAs(credential, request);
  const api = createClient<paths>({ baseUrl: url, fetch });
  const wanted = options.workspace ?? environment.workspace ?? workspaceOfProfile(profile, url);
  const workspace = () => workspaceId(api, wanted);
  return { profile, url, api, credential, fetch, namesWorkspace: wanted !== undefined, workspace };
}

/** The URL of the server, without a slash at its end. */
export function serverUrl(options: GlobalOptions): string {
  const name = profileName(options.profile);
  const url = options.url ?? environment.url ?? findProfile(name)?.url;
  if (url === undefined) {
    throw new CliError('profile.missing', `There is no profile \`${name}\`.`, EXIT.signedOut, {
      hint: 'Run `tidings login <url>`, or set TIDINGS_URL and TIDINGS_API_KEY.',
    });
  }
  return checkedUrl(url);
}

export function checkedUrl(text: string): string {
  const url = URL.parse?.(text) ?? (URL.canParse(text) ? new URL(text) : undefined);
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw usageError(`${text} is not the URL of a server.`, 'Write it like https://tidings.example.com.');
  }
  return url.href.replace(/\/+$/, '');
}

function workspaceOfProfile(name: string, url: string): string | undefined {
  const profile = findProfile(name);
  return profile?.url === url ? profile.workspaceId : undefined;
}

async function fetchAs(credential: Credential, request: Request): Promise<Response> {
  const repeat = request.clone();
  const first = await sendAs(request, await credential(false));
  if (first.status !== 401) return first;
  return sendAs(repeat, await credential(true));
}

function sendAs(request: Request, token: string): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${token}`);
  return send(new Request(request, { headers }));
}

/** An id stays as it is; a name is looked up; without either, the user's only workspace. */
async function workspaceId(api: Client<paths>, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined && isId(wanted)) return wanted;
  const { workspaces } = await answer(api.GET('/v1/me'));
  const found = wanted === undefined ? workspaces : workspaces.filter(({ name }) => name === wanted);
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only.id;
  const names = workspaces.map(({ id, name }) => `${name} (${id})`).join(', ') || 'none';
  if (wanted === undefined) throw usageError(`You are a member of ${workspaces.length} workspaces: ${names}.`, CHOOSE);
  if (found.length > 1) throw usageError(`Several workspaces have the name ${wanted}: ${names}.`, CHOOSE);
  throw new CliError('workspace.not-found', `There is no workspace ${wanted}. Yours: ${names}.`, EXIT.notFound, {
    hint: CHOOSE,
  });
}

const CHOOSE = 'Choose one with --workspace, TIDINGS_WORKSPACE or `tidings login --workspace`.';
