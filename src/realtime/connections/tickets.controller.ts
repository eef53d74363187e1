import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { Answers, Describe } from '../../platform/http/api/answers.js';
import { TICKET_SECONDS, Tickets } from './tickets.js';

const ticketResponse = z.object({
  ticket: z.string().describe('for `?ticket=` on /ws and /v1/stream, valid once'),
  expiresIn: z.int().describe('seconds'),
});

@ApiTags('Realtime')
@Controller('v1/realtime/tickets')
export class TicketsController {
  constructor(private readonly tickets: Tickets) {}

  @Describe(
    'Create a ticket for a connection',
    'Valid once and for 30 seconds, as `?ticket=` on `/ws` and `/v1/stream`, where a token would end up in logs.',
  )
  @Post()
  @Answers(201, 'A ticket that opens one WebSocket or one stream as the caller.', ticketResponse)
  async issue(@CurrentUser() principal: Principal): Promise<z.infer<typeof ticketResponse>> {
    return { ticket: await this.tickets.issue(principal), expiresIn: TICKET_SECONDS };
  }
}
