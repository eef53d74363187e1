import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../platform/config/environment.js';
import { Semaphore } from '../platform/concurrency/semaphore.js';
import { AsyncApiController } from './asyncapi/asyncapi.controller.js';
import { CatchUp } from './channels/catch-up.js';
import { ChannelHub } from './channels/channel-hub.js';
import { EventsController } from './channels/events.controller.js';
import { ReadEvents } from './channels/read-events.js';
import { Connect } from './commands/connect.js';
import { GetPresence } from './commands/get-presence.js';
import { HistoryListener } from './commands/history-listener.js';
import { JoinWorkspace } from './commands/join-workspace.js';
import { RefreshAuth } from './commands/refresh-auth.js';
import { RightsListener } from './commands/rights-listener.js';
import { RunCommand } from './commands/run-command.js';
import { Subscribe } from './commands/subscribe.js';
import { ConnectionLimits } from './connections/connection-limits.js';
import { ConnectionReaper } from './connections/connection-reaper.js';
import { ConnectionRegistry } from './connections/connection-registry.js';
import { Credentials } from './connections/credentials.js';
import { TicketsController } from './connections/tickets.controller.js';
import { Tickets } from './connections/tickets.js';
import { AnswerForConnections } from './inspection/answer-for-connections.js';
import { ConnectionsController } from './inspection/connections.controller.js';
import { CountRevoked } from './inspection/count-revoked.js';
import { OpenTrace } from './inspection/open-trace.js';
import { ServeTraces } from './inspection/serve-traces.js';
import { InspectConnections } from './inspection/inspect-connections.js';
import { LatencyController } from './metrics/latency.controller.js';
import { LatencyRetention } from './metrics/latency-retention.js';
import { LatencyStore } from './metrics/latency.store.js';
import { WriteLatencies } from './metrics/write-latencies.js';
import { RealtimeMetrics } from './metrics/realtime.metrics.js';
import { LocalPresence } from './presence/local-presence.js';
import { PresenceBroadcaster } from './presence/presence-broadcaster.js';
import { PresenceMetrics } from './presence/presence-metrics.js';
import { PresenceStore } from './presence/presence.store.js';
import { FindReach } from './reach/find-reach.js';
import { ReachController } from './reach/reach.controller.js';
import { ReachStore } from './reach/reach.store.js';
import { RecordSpans } from './reach/record-spans.js';
import { SpanRetention } from './reach/span-retention.js';
import { SpanStore } from './reach/span.store.js';
import { Commands } from './public/commands.js';
import { OnlineUsers } from './public/online-users.js';
import { SocketPaths } from './public/socket-paths.js';
import { AnnounceChanges } from './relays/announce-changes.js';
import { Broadcast } from './relays/broadcast.js';
import { RelayFrames } from './relays/relay-frames.js';
import { RelayRights } from './relays/relay-rights.js';
import { OpenStream } from './sse/open-stream.js';
import { StreamController } from './sse/stream.controller.js';
import { Gateway } from './websocket/gateway.js';
import './reach/workspace-data.js';

/** How many clients one process connects or subscribes at a time. Their queries are batched. */
const DATABASE_CONCURRENCY = 256;

const GATEWAY = [
  Gateway,
  Connect,
  Credentials,
  Subscribe,
  OpenStream,
  JoinWorkspace,
  RefreshAuth,
  Commands,
  RunCommand,
  RightsListener,
  HistoryListener,
  ChannelHub,
  CatchUp,
  RecordSpans,
  Broadcast,
  AnnounceChanges,
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
  AnswerForConnections,
  CountRevoked,
  ServeTraces,
  RealtimeMetrics,
  WriteLatencies,
  SocketPaths,
  { provide: Semaphore, useFactory: () => new Semaphore(DATABASE_CONCURRENCY) },
];

/**
 * Live updates. The role `gateway` serves sockets and streams and records their subscriptions; `api` serves tickets,
 * channel logs, the reach of events, open connections and AsyncAPI over HTTP; `worker` prunes the record. Every process
 * can query which users are online.
 */
@Module({})
export class RealtimeModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const isApi = roles.has('api');
    const isGateway = roles.has('gateway');
    const isWorker = roles.has('worker');
    return {
      module: RealtimeModule,
      global: true,
      controllers: [
        ...(isApi
          ? [
              AsyncApiController,
              ConnectionsController,
              EventsController,
              LatencyController,
              ReachController,
              TicketsController,
            ]
          : []),
        ...(isGateway ? [StreamController] : []),
      ],
      providers: [
        OnlineUsers,
        LatencyStore,
        ...(isApi ? [ReadEvents, InspectConnections, OpenTrace, FindReach, ReachStore] : []),
        ...(isApi || isGateway ? [Tickets] : []),
        ...(isGateway ? GATEWAY : []),
        ...(isGateway || isWorker ? [SpanStore] : []),
        ...(isWorker ? [SpanRetention, LatencyRetention] : []),
      ],
      exports: [OnlineUsers, ...(isGateway ? [Commands, SocketPaths] : [])],
    };
  }
}
