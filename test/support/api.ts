import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from '../../backend/src/api-types.js';

export type Schemas = components['schemas'];

/** An answer of the public HTTP API. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export class Api {
  token = '';
  userId = '';
  /** Typed by the OpenAPI document: the compiler rejects paths, parameters, bodies and answers that it lacks. */
  readonly client: Client<paths>;

  /** Sent with every call. */
  headers: Readonly<Record<string, string>> = {};

  constructor(readonly url: string) {
    this.client = createClient<paths>({ baseUrl: url });
    this.client.use({
      onRequest: ({ request }) => {
        if (this.token !== '') request.headers.set('authorization', `Bearer ${this.token}`);
      },
    });
  }

  async logIn(email: string, password: string): Promise<void> {
    const body = { email, password };
    const { data, error, response } = await this.client.POST('/v1/auth/login', { body });
    if (data === undefined) throw new Error(`The login failed: ${response.status} ${JSON.stringify(error)}`);
    this.token = data.accessToken;
    this.userId = data.user.id;
  }

  /** The same user, with these headers on every call. */
  with(headers: Readonly<Record<string, string>>): Api {
    return Object.assign(new Api(this.url), { token: this.token, userId: this.userId, headers });
  }

  get<Body = Record<string, unknown>>(path: string): Promise<Answer<Body>> {
    return this.call('GET', path);
  }

  post<Body = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.call('POST', path, body);
  }

  put<Body = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.call('PUT', path, body);
  }

  patch<Body = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.call('PATCH', path, body);
  }

  delete<Body = Record<string, unknown>>(path: string): Promise<Answer<Body>> {
    return this.call('DELETE', path);
  }

  private async call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        ...this.headers,
        ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await textOf(response);
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
  }
}

/** The body of an answer, or the first chunk of an event stream. */
export async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response.text();
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return new TextDecoder().decode(value);
}

/** Creates a user as `admin` and signs them in. */
export async function signUp(admin: Api, email: string): Promise<Api> {
  const password = `password of ${email}`;
  const body = { email, name: email, password };
  const { data, error, response } = await admin.client.POST('/v1/users', { body });
  if (data === undefined) throw new Error(`The user was not created: ${response.status} ${JSON.stringify(error)}`);
  const user = new Api(admin.url);
  await user.logIn(email, password);
  return user;
}
