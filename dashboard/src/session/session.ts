import { base } from '../api/base.js';
import { problemIn, problemOf } from '../api/problem.js';
import type { Schemas } from '../api/schemas.js';

/** A flag that a session may exist, so that a first visit makes no request. The session itself is in a cookie. */
const HINT = 'tidings.signed-in';
const RENEW_MARGIN_MS = 60_000;
const TIMEOUT_MS = 15_000;

/** The fragment of the page that a sign-in at an issuer ends at: the cookie then holds a session. */
const SIGNED_IN = '#signed-in';

export type SessionState = 'unknown' | 'in' | 'out';

function initialState(): SessionState {
  if (location.hash === SIGNED_IN) {
    history.replaceState(history.state, '', location.pathname + location.search);
    localStorage.setItem(HINT, 'yes');
  }
  return localStorage.getItem(HINT) === null ? 'out' : 'unknown';
}

/**
 * The session of this browser. The access token is in memory only; a cookie that no script can read renews it, also
 * after a reload and in another tab.
 */
class Session {
  #state: SessionState = initialState();
  #token: string | undefined;
  #renewAt = 0;
  #renewal: Promise<void> | undefined;
  readonly #watchers = new Set<() => void>();

  get state(): SessionState {
    return this.#state;
  }

  /** After how many milliseconds `token` returns another one. */
  get renewInMs(): number {
    return Math.max(0, this.#renewAt - performance.now());
  }

  /** @returns a function that ends the watch */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** @throws Problem, e.g. `auth.invalid-credentials` */
  async signIn(email: string, password: string): Promise<void> {
    this.#keep(await post('/v1/auth/login', { email, password }));
  }

  /** Creates an account by an invitation, and signs in with it. @throws Problem, e.g. `invitation.invalid` */
  async signUp(token: string, name: string, password: string): Promise<void> {
    const login = await post('/v1/invitations/accept', { token, password, ...(name !== '' && { name }) });
    // Another user may be signed in here.
    this.forget();
    this.#keep(login);
  }

  /** Ends the session here even if the server does not answer. */
  async signOut(): Promise<void> {
    this.forget();
    await post('/v1/auth/logout').catch(() => undefined);
  }

  /**
   * @param fresh whether the last token was refused
   * @returns a valid token; undefined when the session has ended
   * @throws Problem when the server does not answer
   */
  async token(fresh = false): Promise<string | undefined> {
    if (this.#state === 'out') return undefined;
    if (fresh || performance.now() >= this.#renewAt) {
      this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
      await this.#renewal;
    }
    return this.#token;
  }

  forget(): void {
    this.#token = undefined;
    this.#renewAt = 0;
    localStorage.removeItem(HINT);
    this.#become('out');
  }

  async #renew(): Promise<void> {
    try {
      this.#keep(await post('/v1/auth/refresh'));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status !== 401 && problem.status !== 403) throw problem;
      this.forget();
    }
  }

  #keep({ accessToken, expiresIn }: Schemas['Login']): void {
    const lifetimeMs = expiresIn * 1_000;
    this.#token = accessToken;
    this.#renewAt = performance.now() + lifetimeMs - Math.min(RENEW_MARGIN_MS, lifetimeMs / 2);
    localStorage.setItem(HINT, 'yes');
    this.#become('in');
  }

  #become(state: SessionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

async function post(path: string, body?: unknown): Promise<Schemas['Login']> {
  const response = await fetch(base + path, {
    method: 'POST',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemIn(response, answer);
  return answer as Schemas['Login'];
}

export const session = new Session();
