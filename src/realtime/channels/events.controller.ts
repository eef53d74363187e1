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
      .describe('only events after this offset; 0, the default, starts with the oldest event still kept'),
    epoch: z
      .uuid()
      .optional()
      .describe('the epoch of the position that `after` belongs to; the page is empty if the log has another epoch'),
    cursor: offset.optional().describe('`nextCursor` of the previous page, instead of `after`'),
    limit: z.coerce.number().int().min(1).max(200).default(50).describe('maximum number of events'),
    latest: z.coerce
      .number()
      .int()
      .min(1)
      .max(200)
      .optional()
      .describe('the number of newest events to return, oldest first, instead of `after` and `limit`'),
  })
  .refine(({ latest, after, cursor }) => latest === undefined || (after ?? cursor) === undefined, {
    path: ['latest'],
    message: 'use either `latest` or an offset, not both',
  });

const eventsResponse = z.object({
  items: z.array(eventSchema),
  recovered: z
    .boolean()
    .describe('false if events between `after` and this page are lost or the epoch differs: reload the data'),
  position: positionSchema.describe('subscribe from here to continue after this page without a gap'),
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
    'In order, with the position to subscribe from. Requires the permission to read the channel.',
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
    await this.assertReadable(caller, channel);
    // The state is read before the events. Offsets are dense, so a page that ends early includes everything up to the
    // head.
    const state = await this.log.open(channel);
    const { id, epoch, head } = state;
    const start = startOf(query, state);
    const isSameLog = query.epoch === undefined || query.epoch === epoch;
    const cursor = { id, channel, epoch, after: start };
    // The newest events end at this head, so `latest` needs no extra row to find out whether more follow.
    const events = isSameLog ? ((await this.log.readAfter([cursor], latest ?? limit + 1)).get(id) ?? []) : [];
    // Checked again: a right revoked before the read must not expose events from after the revocation.
    await this.assertReadable(await this.authenticate.refreshPrincipal(caller), channel);
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

  private async assertReadable(caller: Principal, channel: string): Promise<void> {
    if (!(await this.access.readableChannels(caller, [channel])).has(channel)) throw channelNotFound();
  }
}

/** The offset that the page follows. */
function startOf({ after = 0, cursor, latest }: z.infer<typeof eventsQuery>, { head }: ChannelState): number {
  return latest === undefined ? (cursor ?? after) : Math.max(0, head - latest);
}

/** Whether no event is missing between the requested offset and the page. 0 without an epoch is "the oldest kept". */
function continues(query: z.infer<typeof eventsQuery>, state: ChannelState, first?: number): boolean {
  const start = startOf(query, state);
  if (start > state.head && first === undefined) return false;
  if (start === 0 && query.epoch === undefined) return true;
  return first === undefined ? state.tail <= start : first === start + 1;
}

/** Events are stored as the text that every reader gets, so the answer embeds them unparsed. */
function page(items: readonly string[], rest: Omit<z.infer<typeof eventsResponse>, 'items'>): string {
  return `{"items":[${items.join()}],${JSON.stringify(rest).slice(1)}`;
}
