import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { invalidToken } from '../identity/contracts/auth.errors.js';
import { Authenticate } from '../identity/contracts/authenticate.js';
import type { Principal } from '../identity/contracts/principal.js';
import { Config } from '../platform/config/config.js';
import { Tickets } from './tickets.js';

/** What a client shows at the door. */
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
    if (credential === undefined) throw invalidToken();
    if (credential.kind === 'ticket') return this.tickets.redeem(credential.value);
    // An address ends up in the logs of every proxy on the way.
    if (credential.kind === 'query-token' && !this.config.queryTokenAllowed) throw invalidToken();
    return this.authenticate.principalOf(credential.value);
  }
}

/** The first of: subprotocol `bearer.<jwt>`, Authorization header, `?ticket=`, `?token=`. */
export function credentialOf({ headers, url = '' }: IncomingMessage): Credential | undefined {
  const offered = headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim());
  const subprotocol = offered?.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length);
  const header = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const token = subprotocol ?? header;
  if (token !== undefined) return { kind: 'token', value: token };
  const query = new URL(url, 'ws://host').searchParams;
  const ticket = query.get('ticket');
  if (ticket !== null) return { kind: 'ticket', value: ticket };
  const queryToken = query.get('token');
  return queryToken === null ? undefined : { kind: 'query-token', value: queryToken };
}
