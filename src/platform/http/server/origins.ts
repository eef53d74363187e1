import proxyAddr from '@fastify/proxy-addr';
import type { IncomingMessage } from 'node:http';
import type { Config } from '../../config/config.js';
import { originRule, type OriginRule } from '../../config/origin-rule.js';

type Subdomains = Extract<OriginRule, { kind: 'subdomains' }>;

/** Hosts that are safe from DNS rebinding: the owner of any other name can point it to this machine. */
const UNREBINDABLE = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const WEB_ORIGIN = /^(https?):\/\/([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)(:\d+)?$/;

/** The origins whose pages may call the API on behalf of their visitors, and open sockets. */
export class Origins {
  /** Every origin is allowed, without cookies. Never true in production. */
  readonly any: boolean;
  private readonly exact: ReadonlySet<string>;
  private readonly subdomains: readonly Subdomains[];
  private readonly isTrusted: (address: string, hops: number) => boolean;

  constructor({ allowedOrigins, trustProxy }: Pick<Config, 'allowedOrigins' | 'trustProxy'>) {
    const rules = allowedOrigins.map(originRule);
    this.any = rules.some((rule) => rule?.kind === 'any');
    this.exact = new Set(rules.flatMap((rule) => (rule?.kind === 'exact' ? rule.origin : [])));
    this.subdomains = rules.flatMap((rule) => (rule?.kind === 'subdomains' ? rule : []));
    this.isTrusted = proxyAddr.compile([...trustProxy]);
  }

  /**
   * Whether the origin is on the list or is the server's own origin for `request`, on a host that is safe from
   * rebinding.
   */
  names(origin: string, request: IncomingMessage): boolean {
    return this.exact.has(origin) || this.isSubdomain(origin) || this.ownOf(request) === origin;
  }

  /** Like `names`, but accepts any origin if `*` is on the list. */
  allows(origin: string, request: IncomingMessage): boolean {
    return this.any || this.names(origin, request);
  }

  /** Compares text without parsing: browsers send no upper-case letters, trailing dot or user name. */
  private isSubdomain(origin: string): boolean {
    if (this.subdomains.length === 0) return false;
    const [, scheme, host = '', port = ''] = WEB_ORIGIN.exec(origin) ?? [];
    return this.subdomains.some(
      (rule) =>
        rule.scheme === scheme && rule.port === port && host.endsWith(rule.suffix) && host.length > rule.suffix.length,
    );
  }

  /** The origin that the browser shows; behind a proxy in TRUST_PROXY, it comes from the forwarded headers. */
  private ownOf({ headers, socket }: IncomingMessage): string | undefined {
    const forwarded = this.isTrusted(socket.remoteAddress ?? '', 0);
    const host = (forwarded ? lastOf(headers['x-forwarded-host']) : undefined) ?? headers.host ?? '';
    const scheme = (forwarded ? lastOf(headers['x-forwarded-proto']) : undefined) ?? 'http';
    if (!UNREBINDABLE.test(host) || !URL.canParse(`${scheme}://${host}`)) return undefined;
    return new URL(`${scheme}://${host}`).origin;
  }
}

/** The nearest proxy appends its value; earlier values come from untrusted sources. */
function lastOf(header: string | string[] | undefined): string | undefined {
  return [header].flat().at(-1)?.split(',').at(-1)?.trim();
}
