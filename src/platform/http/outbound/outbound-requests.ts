import { Injectable } from '@nestjs/common';
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { request as requestHttp, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
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
  /** Covers the lookup, the connection and the response. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called after the connection is established and before the first byte of the request; false cancels the request. */
  readonly mayStillSend?: () => boolean;
  /** Maximum bytes to read of the response body. By default none: a user-chosen URL must not expose response data. */
  readonly answerBytes?: number;
  /** Maximum bytes to read of the response body within a second; a body that breaks off is no failure. */
  readonly excerptBytes?: number;
}

export interface OutboundAnswer {
  readonly status: number;
  /** From `Retry-After`, if it is a number of seconds. */
  readonly retryAfterMs: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const EXCERPT_TIMEOUT_MS = 1_000;
const CHECK_TIMEOUT_MS = 5_000;

/** Finds the addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * Calls URLs that users have entered: over HTTPS, on the public internet, without following redirects. The name is
 * resolved once, every address is checked, and the connection uses one of the checked addresses. This prevents DNS
 * rebinding.
 */
@Injectable()
export class OutboundRequests {
  /** Replaced in tests, which have no DNS names of their own. */
  resolve = resolveBySystem;

  constructor(private readonly config: Config) {}

  /** Reports the errors of `send` before a URL is stored. @throws `address.refused`, `address.unresolved` */
  async check(url: string): Promise<void> {
    const looked = this.addressesOf(new URL(this.checkForm(url)));
    await withSignal(AbortSignal.timeout(CHECK_TIMEOUT_MS), looked, () => addressUnresolved());
  }

  /**
   * @returns the response, whatever its status, including redirects
   * @throws `address.refused`, `address.unresolved`, or another Error when there is no response in time
   */
  async send(wanted: OutboundRequest): Promise<OutboundAnswer> {
    const deadline = AbortSignal.timeout(wanted.timeoutMs);
    const signal = wanted.signal === undefined ? deadline : AbortSignal.any([deadline, wanted.signal]);
    const url = new URL(this.checkForm(wanted.url));
    const addresses = await withSignal(signal, this.addressesOf(url));
    const response = await this.exchange(url, addresses, wanted, signal);
    const { answerBytes = 0, excerptBytes } = wanted;
    const body = await (excerptBytes === undefined
      ? readUpTo(response, answerBytes)
      : readExcerpt(response, excerptBytes));
    const retryAfter = Number(response.headers['retry-after']);
    return {
      status: response.statusCode ?? 0,
      retryAfterMs: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1_000 : undefined,
      headers: response.headers,
      body,
    };
  }

  private checkForm(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const secure = url?.protocol === 'https:';
    // Each address of a plain request must be allowed: see mayCall.
    const plain = url?.protocol === 'http:';
    if (url === undefined || !(secure || plain) || url.username !== '' || url.password !== '') throw addressRefused();
    return url.href;
  }

  private async addressesOf(url: URL): Promise<readonly LookupAddress[]> {
    const host = hostOf(url);
    const family = isIP(host);
    const found = family === 0 ? await this.lookUp(host) : [{ address: host, family }];
    const isFit = ({ address }: LookupAddress) => this.mayCall(host, address, url.protocol === 'https:');
    // Every address must be public: a name that mixes public and internal addresses is suspicious.
    if (found.length === 0 || !found.every(isFit)) throw addressRefused();
    return found;
  }

  private async lookUp(host: string): Promise<readonly LookupAddress[]> {
    try {
      return await this.resolve(host);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') throw addressRefused('The host does not exist.');
      throw addressUnresolved(undefined, { cause: error });
    }
  }

  private mayCall(host: string, address: string, secure: boolean): boolean {
    const { outboundAllow } = this.config;
    if (outboundAllow?.hosts.has(host) === true || outboundAllow?.includes(address) === true) return true;
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
        if (!this.mayCall(hostOf(url), address, secure)) request.destroy(addressRefused());
        else if (mayStillSend()) request.end(body);
        else request.destroy(new Error('The request is no longer allowed.'));
      });
    });
  }
}

/** Without the brackets of an IPv6 address and the dot of a fully qualified name. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$|\.$/g, '');

function whenConnected(request: ClientRequest, secure: boolean, connected: (address: string) => void): void {
  request.once('socket', (socket) =>
    socket.once(secure ? 'secureConnect' : 'connect', () => connected(socket.remoteAddress ?? '')),
  );
}

async function readUpTo(response: IncomingMessage, max: number, chunks: Buffer[] = []): Promise<string> {
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

async function readExcerpt(response: IncomingMessage, max: number): Promise<string> {
  const chunks: Buffer[] = [];
  const deadline = setTimeout(() => response.destroy(), EXCERPT_TIMEOUT_MS);
  await readUpTo(response, max, chunks).catch(() => undefined);
  clearTimeout(deadline);
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
