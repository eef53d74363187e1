import { randomBytes } from 'node:crypto';
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
    const { email, password } = credentials();
    const { accessToken } = await this.#call('POST', '/v1/auth/login', { email, password });
    this.#token = accessToken;
  }

  /** A source of this tool in the oldest workspace; created if there is none with a known secret. */
  async source(provider, options) {
    const { workspaces } = await this.#call('GET', '/v1/me');
    const workspace = workspaces.find(({ permissions }) => permissions.includes('webhooks:manage'));
    if (workspace === undefined) throw new Error('This user may not manage sources in any workspace.');
    const path = `/v1/workspaces/${workspace.id}/sources`;
    const { items } = await this.#call('GET', `${path}?limit=200`);
    const known = readSecrets();
    const own = items.find(({ id, enabled }) => enabled && known[id]?.provider === provider.name);
    if (own !== undefined) return { ...own, secret: known[own.id].secret };
    // Standard Webhooks requires this form, and other providers accept any.
    const secret = provider.secrets === 'none' ? '' : `whsec_${randomBytes(32).toString('base64')}`;
    const wanted = { name: `simulate ${provider.name}`, provider: provider.name, options };
    const made = await this.#call('POST', path, { ...wanted, secrets: secret === '' ? [] : [secret] });
    writeSecrets({ ...known, [made.id]: { provider: provider.name, secret } });
    return { ...made, secret };
  }

  /** Posts a request that was signed for a source's public URL to this server. */
  post({ url, headers, body }) {
    const { pathname, search } = new URL(url);
    return this.#fetch(`/webhooks/${pathname.split('/webhooks/')[1]}${search}`, { method: 'POST', headers, body });
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
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = process.env;
  if (email && password) return { email, password };
  const found = readJson(join(DATA_DIR, 'first-start.json'));
  if (found?.password !== undefined) return found;
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
