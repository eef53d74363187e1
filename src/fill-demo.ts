import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Welcome } from './first-start.js';

/** Their secrets may be any text, and their examples are various. */
const SENDERS = ['github', 'shopify', 'linear'];
const PAUSE_MS = 3_000;
const ROUNDS = 20;
const TIMER_MS = 60_000;
const KEY_SCOPES = ['webhooks:manage', 'webhooks:read'];
/** The key ends by itself if the server stops before. */
const KEY_MS = 10 * 60_000;

const TASKS = [
  { title: 'Open this page in a second window' },
  { title: 'Deny yourself a permission, and watch its screens close' },
] as const;

type Call = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

/**
 * Fills the demo workspace of a first start as a user would, through the HTTP API: sources with simulated webhooks for
 * a minute, tasks, a document and a timer that is due in a minute. Ends quietly when the server stops.
 * @param address of this process
 */
export async function fillDemo(address: string, { email, password, workspaceId }: Welcome): Promise<void> {
  try {
    const { accessToken, user } = await caller(address)('POST', '/v1/auth/login', { email, password });
    const call = caller(address, String(accessToken));
    const { id: userId } = user as { id: string };
    const workspace = `/v1/workspaces/${workspaceId}`;
    await call('PUT', `/v1/users/${userId}/status`, { status: 'pending', activateAt: inMs(TIMER_MS) });
    for (const task of TASKS) await call('POST', `${workspace}/tasks`, task);
    await call('POST', `${workspace}/documents`, { title: 'Notes for everybody' });
    await withApiKey(address, call, (own) => simulateSenders(own, workspace));
  } catch {
    // The server has stopped, or the user has changed what this needs.
  }
}

/** An API key outlives the first password, which the user replaces at the first sign-in, and thereby this session. */
async function withApiKey(address: string, call: Call, work: (own: Call) => Promise<void>): Promise<void> {
  const wanted = { name: 'Demo of the first minute', scopes: KEY_SCOPES, expiresAt: inMs(KEY_MS) };
  const { id, key } = await call('POST', '/v1/api-keys', wanted);
  const own = caller(address, String(key));
  await work(own);
  await own('DELETE', `/v1/api-keys/${String(id)}`);
}

async function simulateSenders(call: Call, workspace: string): Promise<void> {
  const { items } = await call('GET', '/v1/providers');
  const providers = items as { name: string; label: string; eventTypes: string[] }[];
  const sources: { id: string; eventTypes: string[] }[] = [];
  for (const { name, label, eventTypes } of providers.filter((provider) => SENDERS.includes(provider.name))) {
    const secrets = [randomBytes(24).toString('hex')];
    const { id } = await call('POST', `${workspace}/sources`, { name: `${label} (demo)`, provider: name, secrets });
    sources.push({ id: String(id), eventTypes });
  }
  for (let round = 0; round < ROUNDS; round++) {
    const source = sources[round % sources.length];
    if (source === undefined) return;
    const event = source.eventTypes[Math.floor(round / sources.length) % source.eventTypes.length];
    await call('POST', `${workspace}/sources/${source.id}/test`, { event });
    await delay(PAUSE_MS, undefined, { ref: false });
  }
}

const inMs = (ms: number): string => new Date(performance.timeOrigin + performance.now() + ms).toISOString();

const caller =
  (address: string, token?: string): Call =>
  async (method, path, body) => {
    const response = await fetch(address + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    if (response.status === 204) return {};
    return (await response.json()) as Record<string, unknown>;
  };
