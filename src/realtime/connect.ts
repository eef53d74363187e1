import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Authenticate } from '../identity/contracts/authenticate.js';
import { TidingsError } from '../platform/errors/define-error.js';
import { userChannel } from '../access/contracts/user-channel.js';
import { closingFor } from './closing-for.js';
import { Credentials } from './credentials.js';
import { Gate } from './gate.js';
import { PING_MS } from './sockets/pulse.js';
import type { Session } from './sockets/session.js';
import { Sessions } from './sockets/sessions.js';
import type { WebSocketLine } from './sockets/websocket-line.js';
import { Subscribe } from './subscribe.js';

/** Lets a socket in, or tells it why not. */
@Injectable()
export class Connect {
  private readonly logger = new Logger(Connect.name);

  constructor(
    private readonly credentials: Credentials,
    private readonly authenticate: Authenticate,
    private readonly sessions: Sessions,
    private readonly subscribe: Subscribe,
    private readonly gate: Gate,
  ) {}

  async run(session: Session<WebSocketLine>, request: IncomingMessage): Promise<void> {
    try {
      await this.gate.pass(() => this.admit(session, request));
    } catch (error) {
      if (!(error instanceof TidingsError)) this.logger.error({ msg: 'connecting failed', err: error });
      session.sendError(error);
      session.close(closingFor(error));
    }
  }

  private async admit(session: Session<WebSocketLine>, request: IncomingMessage): Promise<void> {
    if (!session.isOpen) return;
    const principal = await this.credentials.identify(request);
    if (!session.isOpen) return;
    session.authenticated(principal);
    this.sessions.admit(session);
    // Disabled or logged out since the first look, but before those who close sockets could find this one.
    await this.authenticate.principalFor(principal);
    session.send('connected', { userId: principal.userId, sessionId: session.id, heartbeatMs: PING_MS });
    await this.subscribe.run(session, [{ channel: userChannel(principal.userId) }]);
    session.line.resumeReading();
  }
}
