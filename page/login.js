import { endSession, logIn, refresh } from './api.js';

/** A flag that a session may exist, so that a first visit makes no request. The session itself is in a cookie. */
const HINT = 'tidings.signed-in';
const RENEW_MARGIN_MS = 60_000;

/**
 * Keeps this page signed in. The access token is in memory only. A cookie that no script can read renews it, also after
 * a reload and in another tab.
 */
export class Login {
  #token;
  #renewAt = 0;
  #renewal;

  get isLikely() {
    return localStorage.getItem(HINT) !== null;
  }

  get renewInMs() {
    return Math.max(0, this.#renewAt - Date.now());
  }

  async signIn(email, password) {
    this.#keep(await logIn(email, password));
  }

  /** @returns a valid token; rejects with a Problem of status 401 when the session has ended */
  async token() {
    if (Date.now() >= this.#renewAt) {
      this.#renewal ??= refresh()
        .then((answer) => this.#keep(answer))
        .finally(() => (this.#renewal = undefined));
      await this.#renewal;
    }
    return this.#token;
  }

  async signOut() {
    this.forget();
    await endSession();
  }

  forget() {
    this.#token = undefined;
    this.#renewAt = 0;
    localStorage.removeItem(HINT);
  }

  #keep({ accessToken, expiresIn }) {
    const lifetimeMs = expiresIn * 1000;
    this.#token = accessToken;
    this.#renewAt = Date.now() + lifetimeMs - Math.min(RENEW_MARGIN_MS, lifetimeMs / 2);
    localStorage.setItem(HINT, 'yes');
  }
}
