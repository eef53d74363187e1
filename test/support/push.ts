import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.js';

/** A request received by a push service. */
export interface ReceivedPush {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PushAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A local push service. It answers as `answer` says, with 201 by default. */
export class PushEndpoint {
  readonly received: ReceivedPush[] = [];
  answer: (push: ReceivedPush) => PushAnswer | Promise<PushAnswer> = () => ({ status: 201 });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<PushEndpoint> {
    const server = createServer();
    const endpoint = new PushEndpoint(server);
    server.on('request', (request, response) => void endpoint.take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const push = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
    this.received.push(push);
    const { status, body, headers = {} } = await this.answer(push);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body ?? null));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  to(path: string): ReceivedPush[] {
    return this.received.filter((push) => push.path === path);
  }

  /** Waits for `count` pushes to `path`. */
  async waitFor(path: string, count = 1): Promise<ReceivedPush[]> {
    return eventually(`${count} pushes to ${path} arrive`, () =>
      this.to(path).length >= count ? this.to(path) : undefined,
    );
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A browser with a subscription: only it can decrypt its pushes (RFC 8291, RFC 8188). */
export class PushBrowser {
  readonly path = `/push/${randomBytes(8).toString('hex')}`;
  private readonly keys = createECDH('prime256v1');
  private readonly auth = randomBytes(16);

  constructor(private readonly endpoint: string) {
    this.keys.generateKeys();
  }

  /** The result of `PushSubscription.toJSON()`. */
  get subscription() {
    return {
      endpoint: `${this.endpoint}${this.path}`,
      expirationTime: null,
      keys: { p256dh: this.keys.getPublicKey().toString('base64url'), auth: this.auth.toString('base64url') },
    };
  }

  /** @throws Error when the push is not encrypted for this browser */
  decrypt({ headers, body }: ReceivedPush): Record<string, unknown> {
    if (headers['content-encoding'] !== 'aes128gcm') throw new Error('The push has another encoding.');
    const salt = body.subarray(0, 16);
    const sender = body.subarray(21, 21 + body.readUInt8(20));
    const record = body.subarray(21 + sender.length);
    const secret = this.keys.computeSecret(sender);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.keys.getPublicKey(), sender]);
    const key = Buffer.from(hkdfSync('sha256', secret, this.auth, info, 32));
    const contentKey = Buffer.from(hkdfSync('sha256', key, salt, 'Content-Encoding: aes128gcm\0', 16));
    const nonce = Buffer.from(hkdfSync('sha256', key, salt, 'Content-Encoding: nonce\0', 12));
    const decipher = createDecipheriv('aes-128-gcm', contentKey, nonce).setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    // A 2 ends the last record; zeros after it are padding.
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString('utf8'));
  }
}

/** The claims of the VAPID token (RFC 8292). @throws Error when it is not signed with `publicKey` */
export function vapidClaims({ headers }: ReceivedPush, publicKey: string): Record<string, unknown> {
  const [, token = '', k] = /^vapid t=([^,]+), *k=(.+)$/.exec(headers.authorization ?? '') ?? [];
  if (k !== publicKey) throw new Error('The push is signed with another key.');
  const point = Buffer.from(publicKey, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const [header = '', claims = '', signature = ''] = token.split('.');
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))) {
    throw new Error('The signature is wrong.');
  }
  return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
}
