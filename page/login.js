import { endSession, logIn, refresh } from './api.js';

/** Says that there may be a session, so that a stranger's visit asks for none. The session itself is in a cookie. */
const HINT = 'tidings.signed-in';
const MARGIN_MS = 60_000;

/**
 * Keeps this page signed in. The access token is in memory only, and what renews it is a cookie that no script can read:
 * a reload finds its way back with that, and so does another tab.
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

  /** A token that is good for a while; a Problem with status 401 when the session has ended. */
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
    const life = expiresIn * 1000;
    this.#token = accessToken;
    this.#renewAt = Date.now() + life - Math.min(MARGIN_MS, life / 2);
    localStorage.setItem(HINT, 'yes');
  }
}
