/** The public HTTP contract, as a client sees it. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export class Api {
  token = '';
  userId = '';

  constructor(readonly url: string) {}

  async logIn(email: string, password: string): Promise<void> {
    const { status, body } = await this.post<{ accessToken: string; user: { id: string } }>('/v1/auth/login', {
      email,
      password,
    });
    if (status !== 200) throw new Error(`The login failed: ${status} ${JSON.stringify(body)}`);
    this.token = body.accessToken;
    this.userId = body.user.id;
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
        ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
  }
}

/** A user of its own, signed in; made by `admin`. */
export async function signUp(admin: Api, email: string): Promise<Api> {
  const password = `password of ${email}`;
  const made = await admin.post<{ id: string }>('/v1/users', { email, name: email, password });
  if (made.status !== 201) throw new Error(`The user was not made: ${made.status} ${JSON.stringify(made.body)}`);
  const user = new Api(admin.url);
  await user.logIn(email, password);
  return user;
}
