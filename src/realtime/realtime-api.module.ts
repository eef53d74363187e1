import { Module } from '@nestjs/common';
import { AsyncApiController } from './asyncapi/asyncapi.controller.js';
import { EventsController } from './events.controller.js';
import { Tickets } from './tickets.js';
import { TicketsController } from './tickets.controller.js';

/** What realtime offers over HTTP. */
@Module({
  controllers: [AsyncApiController, EventsController, TicketsController],
  providers: [Tickets],
})
export class RealtimeApiModule {}
