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

  /** Nobody is signed in any more, or may be. Whatever else went wrong may pass. */
  get endsSession() {
    return this.status === 401 || this.status === 403;
  }
}

// Relative to the page: a proxy may have put it below a path.
export const logIn = (email, password) => post('v1/auth/login', { email, password });

export const refresh = () => call('v1/auth/refresh', { method: 'POST' });

export const endSession = () => call('v1/auth/logout', { method: 'POST' });

export const whoAmI = (token) => get('v1/me', token);

/** The newest events of a channel, oldest first, and the position from which to go on without a seam. */
export async function latestEvents(token, workspaceId, channel) {
  const log = (after, limit) =>
    get(`v1/workspaces/${workspaceId}/events?${new URLSearchParams({ channel, after, limit })}`, token);
  const { position } = await log(AT_THE_END, 1);
  return log(Math.max(0, position.offset - LATEST), LATEST);
}

/** A source that takes webhooks from everyone; undefined where there is none. */
export async function openSource(token, workspaceId) {
  const { items } = await get(`v1/workspaces/${workspaceId}/sources?limit=200`, token);
  return items.find(({ provider, enabled }) => provider === 'open' && enabled);
}

/** The key that a browser subscribes with. */
export const pushKey = (token) => get('v1/push-subscriptions/vapid-key', token);

export const pushTo = (token, subscription) => post('v1/push-subscriptions', subscription, bearer(token));

export const endPush = (token, id) => call(`v1/push-subscriptions/${id}`, { method: 'DELETE', headers: bearer(token) });

const bearer = (token) => ({ authorization: `Bearer ${token}` });

const get = (path, token) => call(path, { headers: bearer(token) });

const post = (path, body, headers) =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

async function call(path, options) {
  const response = await fetch(path, { ...options, signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => {
    throw new Problem(0, 'The server does not answer.');
  });
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw new Problem(response.status, body?.title ?? `The server answered ${response.status}.`);
  return body;
}
