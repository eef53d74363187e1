import { Module } from '@nestjs/common';
import { OutboundModule } from '../../platform/http/outbound/outbound.module.js';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { SecretsModule } from '../../platform/secrets/secrets.module.js';
import { DisableEndpoint } from './disable-endpoint.js';
import { DispatchEvents } from './dispatch-events.js';
import { FollowMakers } from './follow-makers.js';
import { MakerRights } from './maker-rights.js';
import { MessageRetention } from './message-retention.js';
import { PostMessage } from './post-message.js';
import { sendMessages } from './send-messages.job.js';
import { SendMessages } from './send-messages.js';

/** Events into messages, and messages to their endpoints. */
@Module({
  imports: [OutboundModule, SecretsModule, QueuesModule.producing(sendMessages)],
  providers: [
    DisableEndpoint,
    DispatchEvents,
    FollowMakers,
    MakerRights,
    MessageRetention,
    PostMessage,
    SendMessages,
    QueuesModule.worker(sendMessages, SendMessages),
  ],
})
export class SendingModule {}
