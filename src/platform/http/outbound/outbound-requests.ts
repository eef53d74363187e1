import { Injectable } from '@nestjs/common';
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { Config } from '../../config/config.js';
import { isLoopback, isPublicAddress } from './address-kinds.js';
import { addressRefused, addressUnresolved } from './outbound.errors.js';

export interface OutboundRequest {
  readonly method: 'POST' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** For everything: the look-up, the connection, the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Asked when the connection stands and before the first byte of the request leaves; false ends it there. */
  readonly mayStillSend?: () => boolean;
  /** Read no more than this of the answer's body. Left out, none: what an address of a user's choice says is nobody's business. */
  readonly answerBytes?: number;
}

export interface OutboundAnswer {
  readonly status: number;
  /** From `Retry-After`, where that is a number of seconds. */
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

const CHECKED_WITHIN_MS = 5_000;

/** Finds the addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * Calls addresses that users have given us: over HTTPS, on the public internet, following no redirect. The name is looked
 * up once, every address that it has is judged, and one of those is connected to: a name that changes its mind in between
 * (DNS rebinding) wins nothing.
 */
@Injectable()
export class OutboundRequests {
  /** For tests, which can't have names of their own. */
  resolve = resolveBySystem;

  constructor(private readonly config: Config) {}

  /** Before an address is stored: says early what `send` would say. @throws `address.refused`, `address.unresolved` */
  async check(url: string): Promise<void> {
    const looked = this.addressesOf(new URL(this.checkForm(url)));
    await withSignal(AbortSignal.timeout(CHECKED_WITHIN_MS), looked, () => addressUnresolved());
  }

  /**
   * @returns the answer, whatever its status: a redirect is an answer too
   * @throws `address.refused`, `address.unresolved`, or any other Error when there is no answer in time
   */
  async send(wanted: OutboundRequest): Promise<OutboundAnswer> {
    const deadline = AbortSignal.timeout(wanted.timeoutMs);
    const signal = wanted.signal === undefined ? deadline : AbortSignal.any([deadline, wanted.signal]);
    const url = new URL(this.checkForm(wanted.url));
    const addresses = await withSignal(signal, this.addressesOf(url));
    const response = await this.exchange(url, addresses, wanted, signal);
    const body = await readUpTo(response, wanted.answerBytes ?? 0);
    const retryAfter = Number(response.headers['retry-after']);
    return {
      status: response.statusCode ?? 0,
      retryAfterMs: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1_000 : undefined,
      body,
    };
  }

  private checkForm(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const secure = url?.protocol === 'https:';
    const plain = url?.protocol === 'http:' && this.config.outboundToLoopback;
    if (url === undefined || !(secure || plain) || url.username !== '' || url.password !== '') throw addressRefused();
    return url.href;
  }

  private async addressesOf({ hostname, protocol }: URL): Promise<readonly LookupAddress[]> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    const found = family === 0 ? await this.lookUp(host) : [{ address: host, family }];
    const isFit = ({ address }: LookupAddress) => this.mayCall(address, protocol === 'https:');
    // All of them: of a name that has one address inside and one outside, nothing good is to be expected.
    if (found.length === 0 || !found.every(isFit)) throw addressRefused();
    return found;
  }

  private async lookUp(host: string): Promise<readonly LookupAddress[]> {
    try {
      return await this.resolve(host);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') throw addressRefused('There is no such host.');
      throw addressUnresolved(undefined, { cause: error });
    }
  }

  private mayCall(address: string, secure: boolean): boolean {
    if (this.config.outboundToLoopback && isLoopback(address)) return true;
    return secure && isPublicAddress(address);
  }

  private exchange(
    url: URL,
    addresses: readonly LookupAddress[],
    { method, headers, body, mayStillSend = () => true }: OutboundRequest,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const secure = url.protocol === 'https:';
    const options: RequestOptions = {
      method,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
      signal,
      lookup: (_hostname, { all }, callback) => {
        const [first = { address: '', family: 4 }] = addresses;
        if (all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
    };
    return new Promise((resolve, reject) => {
      const request = secure ? requestHttps(url, options) : requestHttp(url, options);
      request.once('response', resolve).once('error', reject);
      whenConnected(request, secure, (address) => {
        if (!this.mayCall(address, secure)) request.destroy(addressRefused());
        else if (mayStillSend()) request.end(body);
        else request.destroy(new Error('It may not be sent any more.'));
      });
    });
  }
}

function whenConnected(request: ClientRequest, secure: boolean, connected: (address: string) => void): void {
  request.once('socket', (socket) =>
    socket.once(secure ? 'secureConnect' : 'connect', () => connected(socket.remoteAddress ?? '')),
  );
}

async function readUpTo(response: IncomingMessage, max: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (max > 0) {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= max) break;
    }
  }
  response.destroy();
  return Buffer.concat(chunks).subarray(0, max).toString('utf8');
}

function withSignal<Result>(
  signal: AbortSignal,
  work: Promise<Result>,
  reason = () => signal.reason as Error,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(reason()), { once: true });
    work.then(resolve, reject);
  });
}
