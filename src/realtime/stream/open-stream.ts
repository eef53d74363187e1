import { Injectable, Logger } from '@nestjs/common';
import { Access } from '../../access/contracts/access.js';
import { userChannel } from '../../access/contracts/user-channel.js';
import { Authenticate } from '../../identity/contracts/authenticate.js';
import type { Principal } from '../../identity/contracts/principal.js';
import { TidingsError } from '../../platform/errors/define-error.js';
import { closingFor } from '../closing-for.js';
import { Feeds } from '../feeds/feeds.js';
import { channelForbidden, connectionUnavailable } from '../realtime.errors.js';
import { PING_MS } from '../sockets/pulse.js';
import { Session } from '../sockets/session.js';
import { Sessions } from '../sockets/sessions.js';
import { Subscribe, type Wish } from '../subscribe.js';
import type { ResumePoint } from './resume-point.js';
import type { StreamLine } from './stream-line.js';

/** What a client asks a stream for. */
export interface StreamWish {
  readonly channels: readonly string[];
  readonly resume: ResumePoint | undefined;
}

/** Lets a stream in, as `Connect` does a socket, and subscribes it to everything that it will ever follow. */
@Injectable()
export class OpenStream {
  private readonly logger = new Logger(OpenStream.name);

  constructor(
    private readonly sessions: Sessions,
    private readonly authenticate: Authenticate,
    private readonly access: Access,
    private readonly feeds: Feeds,
    private readonly subscribe: Subscribe,
  ) {}

  /**
   * Counts the stream in.
   * @param network as `Doorkeeper.admit` has found it
   * @throws `connection.too-many` when the user has as many as one can have
   */
  enter(line: StreamLine, principal: Principal, network: string): Session<StreamLine> {
    const session = new Session(line);
    session.authenticated(principal);
    this.sessions.addPending(session, network);
    this.sessions.admit(session);
    return session;
  }

  /**
   * @throws `channel.forbidden` when the user may read none of the channels, `connection.unavailable`, and what
   *   `Authenticate` throws, as long as nothing was written; later the stream itself tells of it
   */
  async run(session: Session<StreamLine>, wish: StreamWish): Promise<void> {
    if (!session.isOpen) return;
    const { line } = session;
    try {
      await this.follow(session, wish);
    } catch (error) {
      if (line.hasBegun) session.sendError(error);
      session.close(closingFor(error));
      if (!line.hasBegun) throw error;
      if (!(error instanceof TidingsError)) this.logger.error({ msg: 'opening a stream failed', err: error });
    }
  }

  private async follow(session: Session<StreamLine>, { channels, resume }: StreamWish): Promise<void> {
    const { principal, line } = session;
    // Disabled or logged out since the first look, but before those who close sessions could find this one.
    await this.authenticate.principalFor(principal);
    const wishes = await this.wishes(principal, channels, resume);
    if (!session.isOpen) throw connectionUnavailable();
    line.tellOf(session.subscriptions);
    session.send('connected', { userId: principal.userId, sessionId: session.id, heartbeatMs: PING_MS });
    const followed = await this.subscribe.run(session, wishes);
    line.settle();
    for (const channel of channels) {
      if (!followed.includes(channel)) session.send('subscription:revoked', { channel, reason: 'permission' });
    }
  }

  /** Only of channels that the user may read: to look at the others would make them. */
  private async wishes(
    principal: Principal,
    channels: readonly string[],
    resume: ResumePoint | undefined,
  ): Promise<Wish[]> {
    const all = [...new Set([userChannel(principal.userId), ...channels])];
    const readable = await this.access.readableChannels(principal, all);
    if (channels.length > 0 && !channels.some((channel) => readable.has(channel))) throw channelForbidden();
    return Promise.all(
      all
        .filter((channel) => readable.has(channel))
        .map(async (channel) => {
          const { state } = await this.feeds.open(channel);
          return { channel, position: resume?.positionIn(state.epoch) };
        }),
    );
  }
}
