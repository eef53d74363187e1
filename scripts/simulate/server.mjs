import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DATA_DIR = process.env.DATA_DIR || '.tidings';
const SECRETS_FILE = join(DATA_DIR, 'simulate.json');

/** A running Tidings server, accessed as its administrator. */
export class Server {
  #token;

  constructor(url) {
    this.url = url;
  }

  /** @throws Error with advice */
  async signIn() {
    const { email, password, isFirst } = credentials();
    try {
      this.#token = (await this.#call('POST', '/v1/auth/login', { email, password })).accessToken;
    } catch (error) {
      if (!isFirst) throw error;
      const advice = `The first password in ${DATA_DIR} is no longer valid. Set ADMIN_EMAIL and ADMIN_PASSWORD to yours.`;
      throw new Error(`${error.message} ${advice}`, { cause: error });
    }
  }

  /** A source of this tool in the oldest workspace; created with this secret if there is none with a known one. */
  async source(provider, options, secret) {
    const { items } = await this.#call('GET', `${await this.#sources()}?limit=200`);
    const known = readSecrets();
    const own = items.find(({ id, enabled }) => enabled && known[id]?.provider === provider.name);
    if (own !== undefined) return { ...own, secret: known[own.id].secret };
    const made = await this.newSource(provider, options, secret);
    writeSecrets({ ...known, [made.id]: { provider: provider.name, secret } });
    return { ...made, secret };
  }

  /** @param secret empty: none */
  async newSource(provider, options, secret) {
    const wanted = { name: `simulate ${provider.name}`, provider: provider.name, options };
    return this.#call('POST', await this.#sources(), { ...wanted, secrets: secret === '' ? [] : [secret] });
  }

  async deleteSource({ id }) {
    await this.#call('DELETE', `${await this.#sources()}/${id}`);
  }

  /** Has the server itself simulate a delivery to the source. */
  async test({ id }, event) {
    return this.#call('POST', `${await this.#sources()}/${id}/test`, event === undefined ? {} : { event });
  }

  /** The path of the sources of the first workspace in which they may be managed. */
  async #sources() {
    const { workspaces } = await this.#call('GET', '/v1/me');
    const workspace = workspaces.find(({ permissions }) => permissions.includes('webhooks:manage'));
    if (workspace === undefined) throw new Error('This user may not manage sources in any workspace.');
    return `/v1/workspaces/${workspace.id}/sources`;
  }

  /** Sends a request that was signed for a source's public URL to this server. */
  send({ url, headers, body, method = 'POST' }) {
    const { pathname, search } = new URL(url);
    const content = method === 'POST' ? { body } : {};
    return this.#fetch(`/webhooks/${pathname.split('/webhooks/')[1]}${search}`, { method, headers, ...content });
  }

  async #call(method, path, body) {
    const headers = {
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const response = await this.#fetch(path, { method, headers, body: JSON.stringify(body) });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw new Error(`${method} ${path} was answered ${response.status}: ${answer.detail ?? answer.title ?? ''}`);
    }
    return answer;
  }

  async #fetch(path, options) {
    try {
      return await fetch(this.url + path, options);
    } catch (cause) {
      const advice = 'Start it with `npm start`, or set another URL with --url.';
      throw new Error(`No server responds at ${this.url}. ${advice}`, { cause });
    }
  }
}

function credentials() {
  const found = readJson(join(DATA_DIR, 'first-start.json'));
  const { ADMIN_EMAIL: email = found?.email, ADMIN_PASSWORD: password } = process.env;
  if (email && password) return { email, password };
  if (found?.password !== undefined) return { ...found, isFirst: true };
  throw new Error(
    `No credentials: ADMIN_EMAIL and ADMIN_PASSWORD are unset, and ${DATA_DIR} contains none (see DATA_DIR).`,
  );
}

const readSecrets = () => readJson(SECRETS_FILE) ?? {};

function writeSecrets(secrets) {
  mkdirSync(DATA_DIR, { recursive: true });
  writeFileSync(SECRETS_FILE, JSON.stringify(secrets, null, 2), { mode: 0o600 });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read: ${error.message}`, { cause: error });
  }
}
