import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Authenticate } from '../../identity/public/authenticate.js';
import { TidingsError } from '../../platform/errors.js';
import { userChannel } from '../../access/public/user-channel.js';
import { closingForError } from '../protocol/closing-for-error.js';
import { Credentials } from '../connections/credentials.js';
import { Semaphore } from '../../platform/concurrency/semaphore.js';
import { PING_MS } from '../connections/heartbeat.js';
import type { Connection } from '../connections/connection.js';
import { ConnectionRegistry } from '../connections/connection-registry.js';
import type { DuplexTransport } from '../connections/transport.js';
import { Subscribe } from './subscribe.js';

/** Authenticates and admits a socket, or closes it with an error. */
@Injectable()
export class Connect {
  private readonly logger = new Logger(Connect.name);

  constructor(
    private readonly credentials: Credentials,
    private readonly authenticate: Authenticate,
    private readonly connections: ConnectionRegistry,
    private readonly subscribe: Subscribe,
    private readonly semaphore: Semaphore,
  ) {}

  async run(connection: Connection<DuplexTransport>, request: IncomingMessage): Promise<void> {
    try {
      await this.semaphore.run(() => this.admit(connection, request));
    } catch (error) {
      if (!(error instanceof TidingsError)) this.logger.error({ msg: 'connecting failed', err: error });
      connection.sendError(error);
      connection.close(closingForError(error));
    }
  }

  private async admit(connection: Connection<DuplexTransport>, request: IncomingMessage): Promise<void> {
    if (!connection.isOpen) return;
    const principal = await this.credentials.identify(request);
    if (!connection.isOpen) return;
    connection.authenticated(principal);
    this.connections.admit(connection);
    // The user may have been disabled or logged out before the registry held this connection: check again.
    await this.authenticate.refreshPrincipal(principal);
    connection.send('connected', { userId: principal.userId, sessionId: connection.id, heartbeatMs: PING_MS });
    await this.subscribe.run(connection, [{ channel: userChannel(principal.userId) }]);
    connection.transport.resumeReading();
  }
}
