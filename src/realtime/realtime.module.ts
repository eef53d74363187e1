import { Module } from '@nestjs/common';
import { Connect } from './connect.js';
import { Credentials } from './credentials.js';
import { SocketPaths } from './contracts/socket-paths.js';
import { CatchUp } from './feeds/catch-up.js';
import { Feeds } from './feeds/feeds.js';
import { FollowHistory } from './follow-history.js';
import { FollowAccess } from './follow-access.js';
import { Gateway } from './gateway.js';
import { Gate } from './gate.js';
import { PassOn } from './ephemeral/pass-on.js';
import { RelayFrames } from './ephemeral/relay-frames.js';
import { RelayRights } from './ephemeral/relay-rights.js';
import { PresenceMetrics } from './presence/presence-metrics.js';
import { PresenceNode } from './presence/presence-node.js';
import { PresenceRegister } from './presence/presence-register.js';
import { ShowPresence } from './presence/show-presence.js';
import { WatchPresence } from './presence/watch-presence.js';
import { RealtimeMetrics } from './realtime.metrics.js';
import { RenewSession } from './renew-session.js';
import { Attendant } from './sockets/attendant.js';
import { Doorkeeper } from './sockets/doorkeeper.js';
import { Sessions } from './sockets/sessions.js';
import { OpenStream } from './stream/open-stream.js';
import { StreamController } from './stream/stream.controller.js';
import { Subscribe } from './subscribe.js';
import { Tickets } from './tickets.js';
import { WorkspaceChannels } from './workspace-channels.js';

/** How many clients this process serves at a time with what takes a query. They ask together, so that takes few queries. */
const AT_THE_DATABASE = 256;

/** The gateway: sockets and streams, and the events that they follow. */
@Module({
  controllers: [StreamController],
  providers: [
    Gateway,
    Connect,
    Credentials,
    Tickets,
    Subscribe,
    OpenStream,
    WorkspaceChannels,
    RenewSession,
    FollowAccess,
    FollowHistory,
    Feeds,
    CatchUp,
    PassOn,
    RelayFrames,
    RelayRights,
    PresenceRegister,
    PresenceNode,
    PresenceMetrics,
    WatchPresence,
    ShowPresence,
    Sessions,
    Doorkeeper,
    Attendant,
    RealtimeMetrics,
    SocketPaths,
    { provide: Gate, useFactory: () => new Gate(AT_THE_DATABASE) },
  ],
  exports: [SocketPaths],
})
export class RealtimeModule {}
