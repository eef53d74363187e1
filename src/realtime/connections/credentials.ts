import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { invalidToken } from '../../identity/public/auth.errors.js';
import { Authenticate } from '../../identity/public/authenticate.js';
import type { Principal } from '../../identity/public/principal.js';
import { Config } from '../../platform/config/config.js';
import { resumeKeyIn } from './resume-key.js';
import { Tickets, type StreamCaller } from './tickets.js';

/** A credential as the client presents it. */
export interface Credential {
  readonly kind: 'token' | 'ticket' | 'query-token';
  readonly value: string;
}

@Injectable()
export class Credentials {
  constructor(
    private readonly config: Config,
    private readonly authenticate: Authenticate,
    private readonly tickets: Tickets,
  ) {}

  /** @throws errors of the kinds `unauthenticated` and `forbidden` */
  async identify(request: IncomingMessage): Promise<Principal> {
    const credential = credentialOf(request);
    if (credential?.kind === 'ticket') return this.tickets.redeem(credential.value);
    return this.principalOf(credential);
  }

  /** @throws what `identify` throws */
  async identifyStream(request: IncomingMessage): Promise<StreamCaller> {
    const credential = credentialOf(request);
    if (credential?.kind !== 'ticket') return { principal: await this.principalOf(credential) };
    const keyInUrl = resumeKeyIn(queryOf(request).get('lastEventId'));
    if (keyInUrl !== undefined) await this.tickets.revokeResumeKey(keyInUrl);
    const [shown] = [request.headers['last-event-id']].flat();
    return this.tickets.redeemForStream(credential.value, resumeKeyIn(shown));
  }

  private async principalOf(credential: Credential | undefined): Promise<Principal> {
    if (credential === undefined) throw invalidToken();
    // A URL ends up in the logs of every proxy on the way.
    if (credential.kind === 'query-token' && !this.config.queryTokenAllowed) throw invalidToken();
    return this.authenticate.principalOf(credential.value);
  }
}

/** The first of: subprotocol `bearer.<jwt>`, Authorization header, `?ticket=`, `?token=`. */
export function credentialOf(request: IncomingMessage): Credential | undefined {
  const { headers } = request;
  const offered = headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim());
  const subprotocol = offered?.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length);
  const header = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const token = subprotocol ?? header;
  if (token !== undefined) return { kind: 'token', value: token };
  const query = queryOf(request);
  const ticket = query.get('ticket');
  if (ticket !== null) return { kind: 'ticket', value: ticket };
  const queryToken = query.get('token');
  return queryToken === null ? undefined : { kind: 'query-token', value: queryToken };
}

const queryOf = ({ url = '' }: IncomingMessage): URLSearchParams => new URL(url, 'ws://host').searchParams;
