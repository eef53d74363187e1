import { constants, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;
type Signer = (input: string) => Buffer;

export const bySecret =
  (secret: string | Buffer, hash = 'sha256'): Signer =>
  (input) =>
    createHmac(hash, secret).update(input).digest();
export const byRsa =
  (key: KeyObject, hash = 'sha256'): Signer =>
  (input) =>
    sign(hash, Buffer.from(input), key);
export const byEc =
  (key: KeyObject, dsaEncoding: 'der' | 'ieee-p1363' = 'ieee-p1363'): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key, dsaEncoding });
export const byPs =
  (key: KeyObject): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
export const byEd =
  (key: KeyObject): Signer =>
  (input) =>
    sign(null, Buffer.from(input), key);

const encode = (part: Json): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Signs any header and claims, including ones that a library rejects. */
export function jwt(header: Json, claims: Json, signer: Signer): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

export const rsaKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A local OpenID Connect issuer with a key of each type. */
export class TestIssuer {
  readonly rsa = rsaKeys();
  readonly ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly ed = generateKeyPairSync('ed25519');
  /** Additional published keys. */
  readonly more: { readonly publicKey: KeyObject }[] = [];
  url = '';
  /** The number of requests for the keys. */
  keyRequests = 0;
  private readonly server: Server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/keys') this.keyRequests += 1;
    const answer = request.url === '/keys' ? this.keys() : { issuer: this.url, jwks_uri: `${this.url}/keys` };
    response.end(JSON.stringify(answer));
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  claims(sub: string, over: Json = {}): Json {
    const now = Math.floor(Date.now() / 1_000);
    return { iss: this.url, aud: 'tidings-clients', sub, iat: now, exp: now + 60, ...over };
  }

  /** A valid token, except for the given overrides. */
  token(sub: string, over: { header?: Json; claims?: Json; signer?: Signer } = {}): string {
    const header = { alg: 'RS256', kid: 'rsa', typ: 'JWT', ...over.header };
    return jwt(header, this.claims(sub, over.claims), over.signer ?? byRsa(this.rsa.privateKey));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private keys() {
    const publish = ({ publicKey }: { publicKey: KeyObject }, kid: string) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      use: 'sig',
    });
    const more = this.more.map((pair, place) => publish(pair, `more ${place}`));
    return { keys: [publish(this.rsa, 'rsa'), publish(this.ec, 'ec'), publish(this.ed, 'ed'), ...more] };
  }
}
