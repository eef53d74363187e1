const ANSWER_MS = 10_000;
const LATEST = 100;
/** After every event there is: the answer holds none, only the position of the newest. */
const AT_THE_END = Number.MAX_SAFE_INTEGER;

/** An answer that is no success. `message` is for the person before the screen. */
export class Problem extends Error {
  constructor(status, title) {
    super(title);
    this.status = status;
  }
}

export const logIn = (email, password) =>
  call('/v1/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });

export const refresh = () => call('/v1/auth/refresh', { method: 'POST' });

export const endSession = () => call('/v1/auth/logout', { method: 'POST' });

export const whoAmI = (token) => get('/v1/me', token);

/** The newest events of a channel, oldest first, and the position from which to go on without a seam. */
export async function latestEvents(token, workspaceId, channel) {
  const log = (after, limit) =>
    get(`/v1/workspaces/${workspaceId}/events?${new URLSearchParams({ channel, after, limit })}`, token);
  const { position } = await log(AT_THE_END, 1);
  return log(Math.max(0, position.offset - LATEST), LATEST);
}

/** A source that takes webhooks from everyone; undefined where there is none, or where this user may not look. */
export async function openSource(token, workspaceId) {
  try {
    const { items } = await get(`/v1/workspaces/${workspaceId}/sources?limit=200`, token);
    return items.find(({ provider, enabled }) => provider === 'open' && enabled);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

const get = (path, token) => call(path, { headers: { authorization: `Bearer ${token}` } });

async function call(path, options) {
  const response = await fetch(path, { ...options, signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => {
    throw new Problem(0, 'The server does not answer.');
  });
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw new Problem(response.status, body?.title ?? `The server answered ${response.status}.`);
  return body;
}
