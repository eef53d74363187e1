import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboundModule } from '../../platform/http/outbound/outbound.module.js';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { SecretsModule } from '../../platform/secrets/secrets.module.js';
import { Endpoint } from './endpoint.entity.js';
import { EndpointsController } from './endpoints.controller.js';
import { ManageEndpoints } from './manage-endpoints.js';
import { Message, MessageAttempt } from './message.entity.js';
import { MessagesController } from './messages.controller.js';
import { ReplayMessages } from './replay-messages.js';
import { sendMessages } from './send-messages.job.js';

/** Where a workspace has its events sent, and what became of them. */
@Module({
  imports: [
    OutboundModule,
    SecretsModule,
    TypeOrmModule.forFeature([Endpoint, Message, MessageAttempt]),
    QueuesModule.producing(sendMessages),
  ],
  controllers: [EndpointsController, MessagesController],
  providers: [ManageEndpoints, ReplayMessages],
})
export class EndpointsModule {}
