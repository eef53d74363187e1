import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access } from '../../access/public/access.js';
import { Authenticate } from '../../identity/public/authenticate.js';
import { CurrentUser } from '../../identity/public/current-user.js';
import type { Principal } from '../../identity/public/principal.js';
import { LogReader, type ChannelState } from '../../platform/events/log-reader.js';
import { eventSchema, positionSchema } from '../../platform/events/logged-event.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { channelNotFound } from '../protocol/realtime.errors.js';

const offset = z.coerce.number().int().min(0);

const eventsQuery = z
  .object({
    channel: z.string().min(1).max(200),
    after: offset
      .optional()
      .describe('the offset after which to begin; 0, the default, is the oldest event still kept'),
    epoch: z
      .uuid()
      .optional()
      .describe('of the position that `after` belongs to; when the log is another one, nothing of it follows'),
    cursor: offset.optional().describe('`nextCursor` of the page before, in the place of `after`'),
    limit: z.coerce.number().int().min(1).max(200).default(50).describe('how many events at the most'),
    latest: z.coerce
      .number()
      .int()
      .min(1)
      .max(200)
      .optional()
      .describe('how many of the newest events, oldest first, in the place of `after` and `limit`'),
  })
  .refine(({ latest, after, cursor }) => latest === undefined || (after ?? cursor) === undefined, {
    path: ['latest'],
    message: 'the newest events can be asked for, or those after an offset, not both',
  });

const eventsResponse = z.object({
  items: z.array(eventSchema),
  recovered: z
    .boolean()
    .describe('false when events between `after` and this page are lost, or the log is another one: load anew'),
  position: positionSchema.describe('subscribe from here: what follows this page, without a seam'),
  nextCursor: z.string().nullable().describe('null on the last page'),
});

@ApiTags('Events')
@Controller('v1/workspaces/:ws/events')
export class EventsController {
  constructor(
    private readonly access: Access,
    private readonly log: LogReader,
    private readonly authenticate: Authenticate,
  ) {}

  @Describe(
    'Read the log of a channel',
    'In order, with the position to subscribe from. Takes the permission that reading the channel takes.',
  )
  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  @Answers(200, 'A page of the log of one channel, oldest first.', eventsResponse)
  @Fails(channelNotFound)
  async list(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Query({ schema: eventsQuery }) query: z.infer<typeof eventsQuery>,
  ): Promise<string> {
    const { channel, limit, latest } = query;
    const owner = await this.access.channelOwner(channel);
    if (owner?.workspaceId !== workspaceId) throw channelNotFound();
    await this.check(caller, channel);
    // The state is read before the events: offsets are dense, so a page that ends early has everything up to the head.
    const state = await this.log.open(channel);
    const { id, epoch, head } = state;
    const place = placeOf(query, state);
    const isSameLog = query.epoch === undefined || query.epoch === epoch;
    const cursor = { id, channel, epoch, after: place };
    // The newest end at the head that was just read, so that one more than asked for would be no more of them.
    const events = isSameLog ? ((await this.log.readAfter([cursor], latest ?? limit + 1)).get(id) ?? []) : [];
    // Rights that were taken away before this was read: what was read may have happened after that was answered.
    await this.check(await this.authenticate.refreshPrincipal(caller), channel);
    const items = events.slice(0, latest ?? limit);
    const last = items.at(-1)?.offset ?? 0;
    const more = latest === undefined && events.length > limit;
    const position = { channel, epoch, offset: more ? last : Math.max(last, head) };
    const recovered = isSameLog && (latest !== undefined || continues(query, state, items[0]?.offset));
    return page(
      items.map(({ json }) => json),
      { recovered, position, nextCursor: more ? String(last) : null },
    );
  }

  private async check(caller: Principal, channel: string): Promise<void> {
    if (!(await this.access.readableChannels(caller, [channel])).has(channel)) throw channelNotFound();
  }
}

/** The offset after which the page begins. */
function placeOf({ after = 0, cursor, latest }: z.infer<typeof eventsQuery>, { head }: ChannelState): number {
  return latest === undefined ? (cursor ?? after) : Math.max(0, head - latest);
}

/** Whether no event is missing between the place that was asked for and the page. 0 without an epoch is "the oldest kept". */
function continues(query: z.infer<typeof eventsQuery>, state: ChannelState, first?: number): boolean {
  const place = placeOf(query, state);
  if (place > state.head && first === undefined) return false;
  if (place === 0 && query.epoch === undefined) return true;
  return first === undefined ? state.tail <= place : first === place + 1;
}

/** Events are stored as the text that every reader gets: it is put into the answer as it is. */
function page(items: readonly string[], rest: Omit<z.infer<typeof eventsResponse>, 'items'>): string {
  return `{"items":[${items.join()}],${JSON.stringify(rest).slice(1)}`;
}
