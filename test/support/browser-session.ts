import { decodeJwt } from 'jose';
import { Api } from './api.js';

/** Handles logins like a browser: it stores the refresh cookie and sends it to the auth endpoints. */
export class BrowserSession {
  cookie: string | undefined;
  api: Api;

  constructor(
    readonly url: string,
    readonly agent = 'a browser',
  ) {
    this.api = new Api(url);
  }

  /** The id of the login in the access token. */
  get id(): string {
    return String(decodeJwt(this.api.token)['sid']);
  }

  async logIn(email: string, password: string): Promise<void> {
    const response = await this.call('login', { body: JSON.stringify({ email, password }) });
    if (response.status !== 200) throw new Error(`The login failed: ${response.status}`);
  }

  refresh(headers: Record<string, string> = {}): Promise<Response> {
    return this.call('refresh', { headers });
  }

  /** A second browser with a stolen copy of the cookie. */
  stolen(): BrowserSession {
    return Object.assign(new BrowserSession(this.url, 'a thief'), { cookie: this.cookie });
  }

  async call(path: string, { headers, body }: { headers?: Record<string, string>; body?: string } = {}) {
    const response = await fetch(new URL(`/v1/auth/${path}`, this.url), {
      method: 'POST',
      headers: {
        'user-agent': this.agent,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) this.cookie = set.includes('Max-Age=0') ? undefined : set.split(';')[0];
    if (response.status === 200) {
      const { accessToken, user } = (await response.clone().json()) as { accessToken: string; user: { id: string } };
      this.api = Object.assign(new Api(this.url), { token: accessToken, userId: user.id });
    }
    return response;
  }
}
