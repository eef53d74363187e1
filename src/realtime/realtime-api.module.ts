import { Module } from '@nestjs/common';
import { AsyncApiController } from './asyncapi/asyncapi.controller.js';
import { EventsController } from './channels/events.controller.js';
import { Tickets } from './connections/tickets.js';
import { TicketsController } from './connections/tickets.controller.js';

/** What realtime offers over HTTP. */
@Module({
  controllers: [AsyncApiController, EventsController, TicketsController],
  providers: [Tickets],
})
export class RealtimeApiModule {}
