import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Role } from '../../platform/config/environment.js';
import { OutboundModule } from '../../platform/http/outbound/outbound.module.js';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { SecretsModule } from '../../platform/secrets/secrets.module.js';
import { CheckEndpoint } from './check-endpoint.js';
import { DisableEndpoint } from './disable-endpoint.js';
import { DispatchEvents } from './dispatch-events.js';
import { Endpoint } from './endpoint.entity.js';
import { EndpointStore } from './endpoint.store.js';
import { EndpointsController } from './endpoints.controller.js';
import { MakerRightsListener } from './maker-rights-listener.js';
import { MakerRights } from './maker-rights.js';
import { ManageEndpoints } from './manage-endpoints.js';
import { ManageMessageReplays } from './manage-message-replays.js';
import { MessageOutcomes } from './message-outcomes.js';
import { MessageRetention } from './message-retention.js';
import { MessageReplay } from './message-replay.entity.js';
import { MessageReplayStore } from './message-replay.store.js';
import { MessageReplaysController } from './message-replays.controller.js';
import { MessageStore } from './message.store.js';
import { Message, MessageAttempt } from './message.entity.js';
import { MessagesController } from './messages.controller.js';
import { WorkspaceSources } from '../../webhooks/public/workspace-sources.js';
import { DeliveryStoreModule } from '../../webhooks/deliveries/deliveries.module.js';
import './outbound-webhooks.declarations.js';
import { PostMessage } from './post-message.js';
import { ReplayMessages } from './replay-messages.js';
import { RunMessageReplays } from './run-message-replays.js';
import { sendMessages } from './send-messages.job.js';
import { SendMessages } from './send-messages.js';
import { SendTestEvent } from './send-test-event.js';
import { WarnOfFailures } from './warn-of-failures.js';
import './workspace-data.js';

const SENDING = [
  DisableEndpoint,
  DispatchEvents,
  MakerRightsListener,
  MakerRights,
  MessageOutcomes,
  MessageRetention,
  PostMessage,
  RunMessageReplays,
  SendMessages,
  WarnOfFailures,
  QueuesModule.worker(sendMessages, SendMessages),
];

/** Sends the events of a workspace to its endpoints. The api role manages endpoints and messages, the worker sends. */
@Module({})
export class OutboundWebhooksModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const isApi = roles.has('api');
    const isWorker = roles.has('worker');
    if (!isApi && !isWorker) return { module: OutboundWebhooksModule };
    return {
      module: OutboundWebhooksModule,
      imports: [
        OutboundModule,
        DeliveryStoreModule,
        SecretsModule,
        TypeOrmModule.forFeature([Endpoint, Message, MessageAttempt, MessageReplay]),
        QueuesModule.producing(sendMessages),
      ],
      controllers: isApi ? [EndpointsController, MessageReplaysController, MessagesController] : [],
      providers: [
        EndpointStore,
        MessageReplayStore,
        MessageStore,
        ...(isApi
          ? [CheckEndpoint, WorkspaceSources, ManageEndpoints, ManageMessageReplays, ReplayMessages, SendTestEvent]
          : []),
        ...(isWorker ? SENDING : []),
      ],
    };
  }
}
