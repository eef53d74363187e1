import { Module } from '@nestjs/common';
import { Connect } from './commands/connect.js';
import { Credentials } from './connections/credentials.js';
import { SocketPaths } from './public/socket-paths.js';
import { CatchUp } from './channels/catch-up.js';
import { ChannelHub } from './channels/channel-hub.js';
import { HistoryListener } from './commands/history-listener.js';
import { RightsListener } from './commands/rights-listener.js';
import { Gateway } from './websocket/gateway.js';
import { Semaphore } from '../platform/concurrency/semaphore.js';
import { Broadcast } from './relays/broadcast.js';
import { RelayFrames } from './relays/relay-frames.js';
import { RelayRights } from './relays/relay-rights.js';
import { PresenceMetrics } from './presence/presence-metrics.js';
import { LocalPresence } from './presence/local-presence.js';
import { PresenceStore } from './presence/presence.store.js';
import { GetPresence } from './commands/get-presence.js';
import { PresenceBroadcaster } from './presence/presence-broadcaster.js';
import { RealtimeMetrics } from './metrics/realtime.metrics.js';
import { RefreshAuth } from './commands/refresh-auth.js';
import { ConnectionReaper } from './connections/connection-reaper.js';
import { ConnectionLimits } from './connections/connection-limits.js';
import { ConnectionRegistry } from './connections/connection-registry.js';
import { OpenStream } from './sse/open-stream.js';
import { StreamController } from './sse/stream.controller.js';
import { Subscribe } from './commands/subscribe.js';
import { Tickets } from './connections/tickets.js';
import { JoinWorkspace } from './commands/join-workspace.js';

/** How many clients this process serves at a time with what takes a query. They ask together, so that takes few queries. */
const DATABASE_CONCURRENCY = 256;

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
    JoinWorkspace,
    RefreshAuth,
    RightsListener,
    HistoryListener,
    ChannelHub,
    CatchUp,
    Broadcast,
    RelayFrames,
    RelayRights,
    PresenceStore,
    LocalPresence,
    PresenceMetrics,
    PresenceBroadcaster,
    GetPresence,
    ConnectionRegistry,
    ConnectionLimits,
    ConnectionReaper,
    RealtimeMetrics,
    SocketPaths,
    { provide: Semaphore, useFactory: () => new Semaphore(DATABASE_CONCURRENCY) },
  ],
  exports: [SocketPaths],
})
export class RealtimeModule {}
