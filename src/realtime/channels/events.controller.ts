import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access, type ReadableChannel } from '../../access/public/access.js';
import { Authenticate } from '../../identity/public/authenticate.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { wholeJson, type LoggedEvent } from '../../platform/events/logged-event.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { channelNotFound } from '../protocol/realtime.errors.js';
import { eventsQuery, eventsResponse, type EventsQuery } from './events.schemas.js';
import { ReadEvents, type EventsPage } from './read-events.js';

@ApiTags('Events')
@Controller('v1/workspaces/:ws/events')
export class EventsController {
  constructor(
    private readonly access: Access,
    private readonly pages: ReadEvents,
    private readonly authenticate: Authenticate,
  ) {}

  @Describe(
    'Read the log of a channel',
    'In order, with the position to subscribe from. Requires the permission to read the channel. A call with `type`, ' +
      '`since` or `until` reads at most 10,000 events: it then says `stopped`, and `nextCursor` or `nextBefore` goes on.',
  )
  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  @Answers(200, 'A page of the log of one channel, oldest first.', eventsResponse)
  @Fails(channelNotFound)
  async list(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Query({ schema: eventsQuery }) query: EventsQuery,
  ): Promise<string> {
    const { channel } = query;
    const owner = await this.access.channelOwner(channel);
    if (owner?.workspaceId !== workspaceId) throw channelNotFound();
    await this.readable(caller, channel);
    const found = await this.pages.read(query);
    // Checked again: a right revoked before the read must not expose events from after the revocation.
    const { seesRestricted } = await this.readable(await this.authenticate.refreshPrincipal(caller), channel);
    return page(found, seesRestricted ? wholeJson : ({ json }) => json);
  }

  private async readable(caller: Principal, channel: string): Promise<ReadableChannel> {
    const readable = (await this.access.readableChannels(caller, [channel])).get(channel);
    if (readable === undefined) throw channelNotFound();
    return readable;
  }
}

/** Events are stored as the text that every reader gets, so the answer embeds them unparsed. */
function page({ items, ...rest }: EventsPage, textOf: (event: LoggedEvent) => string): string {
  return `{"items":[${items.map(textOf).join()}],${JSON.stringify(rest).slice(1)}`;
}
