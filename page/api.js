const TIMEOUT_MS = 10_000;
const LATEST = 100;
/** An offset after every event: the answer has no events, only the position of the newest one. */
const AFTER_ALL = Number.MAX_SAFE_INTEGER;

/** A failed request. `message` is shown to the user. */
export class Problem extends Error {
  constructor(status, title) {
    super(title);
    this.status = status;
  }

  /** Whether the session has ended. Any other failure may be temporary. */
  get endsSession() {
    return this.status === 401 || this.status === 403;
  }
}

// Relative to the page: a proxy may serve it below a path.
export const logIn = (email, password) => post('v1/auth/login', { email, password });

export const refresh = () => call('v1/auth/refresh', { method: 'POST' });

export const endSession = () => call('v1/auth/logout', { method: 'POST' });

export const whoAmI = (token) => get('v1/me', token);

/** The newest events of a channel, oldest first, and the position from which to subscribe. */
export async function latestEvents(token, workspaceId, channel) {
  const log = (after, limit) =>
    get(`v1/workspaces/${workspaceId}/events?${new URLSearchParams({ channel, after, limit })}`, token);
  const { position } = await log(AFTER_ALL, 1);
  return log(Math.max(0, position.offset - LATEST), LATEST);
}

/** A source that accepts unsigned webhooks; undefined without one. */
export async function openSource(token, workspaceId) {
  const { items } = await get(`v1/workspaces/${workspaceId}/sources?limit=200`, token);
  return items.find(({ provider, enabled }) => provider === 'open' && enabled);
}

/** The public key with which a browser subscribes. */
export const pushKey = (token) => get('v1/push-subscriptions/vapid-key', token);

export const subscribeToPush = (token, subscription) => post('v1/push-subscriptions', subscription, bearer(token));

export const deletePushSubscription = (token, id) =>
  call(`v1/push-subscriptions/${id}`, { method: 'DELETE', headers: bearer(token) });

const bearer = (token) => ({ authorization: `Bearer ${token}` });

const get = (path, token) => call(path, { headers: bearer(token) });

const post = (path, body, headers) =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

async function call(path, options) {
  const response = await fetch(path, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
    throw new Problem(0, 'The server does not answer.');
  });
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw new Problem(response.status, body?.title ?? `The server answered ${response.status}.`);
  return body;
}
