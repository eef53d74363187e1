import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { Access } from '../access/contracts/access.js';
import { channelOwners } from '../access/contracts/channel-owners.js';
import { Authenticate } from '../identity/contracts/authenticate.js';
import { CurrentUser } from '../identity/contracts/current-user.js';
import type { Principal } from '../identity/contracts/principal.js';
import { Database } from '../platform/database/database.js';
import { LogReader, type ChannelState } from '../platform/events/log-reader.js';
import { eventSchema, positionSchema } from '../platform/events/logged-event.js';
import { Answers, Fails } from '../platform/http/answers.js';
import { channelNotFound } from './realtime.errors.js';

const offset = z.coerce.number().int().min(0);

const eventsQuery = z.object({
  channel: z.string().min(1).max(200),
  after: offset.default(0).describe('the offset after which to begin; 0 is the oldest event that is still kept'),
  epoch: z
    .uuid()
    .optional()
    .describe('of the position that `after` belongs to; when the log is another one, nothing of it follows'),
  cursor: offset.optional().describe('`nextCursor` of the page before, in the place of `after`'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('how many events at the most'),
});

const eventsResponse = z.object({
  items: z.array(eventSchema),
  recovered: z
    .boolean()
    .describe('false when events between `after` and this page are lost, or the log is another one: load anew'),
  position: positionSchema.describe('subscribe from here: what follows this page, without a seam'),
  nextCursor: z.string().nullable().describe('null on the last page'),
});

@Controller('v1/workspaces/:ws/events')
export class EventsController {
  constructor(
    private readonly access: Access,
    private readonly log: LogReader,
    private readonly database: Database,
    private readonly authenticate: Authenticate,
  ) {}

  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  @Answers(200, 'A page of the log of one channel, oldest first.', eventsResponse)
  @Fails(channelNotFound)
  async list(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Query({ schema: eventsQuery }) query: z.infer<typeof eventsQuery>,
  ): Promise<string> {
    const { channel, limit } = query;
    const owner = (await channelOwners(this.database, [channel])).get(channel);
    if (owner?.workspaceId !== workspaceId) throw channelNotFound();
    await this.check(caller, channel);
    // The state is read before the events: offsets are dense, so a page that ends early has everything up to the head.
    const state = await this.log.open(channel);
    const { id, epoch, head } = state;
    const after = query.cursor ?? query.after;
    const isSameLog = query.epoch === undefined || query.epoch === epoch;
    const cursor = { id, channel, epoch, after };
    const events = isSameLog ? ((await this.log.readAfter([cursor], limit + 1)).get(id) ?? []) : [];
    // Rights that were taken away before this was read: what was read may have happened after that was answered.
    await this.check(await this.authenticate.principalFor(caller), channel);
    const items = events.slice(0, limit);
    const last = items.at(-1)?.offset ?? 0;
    const more = events.length > limit;
    const position = { channel, epoch, offset: more ? last : Math.max(last, head) };
    const recovered = isSameLog && continues(query, state, items[0]?.offset);
    return page(
      items.map(({ json }) => json),
      { recovered, position, nextCursor: more ? String(last) : null },
    );
  }

  private async check(caller: Principal, channel: string): Promise<void> {
    if (!(await this.access.readableChannels(caller, [channel])).has(channel)) throw channelNotFound();
  }
}

/** Whether no event is missing between the place that was asked for and the page. 0 without an epoch is "the oldest kept". */
function continues(
  { epoch, after, cursor }: z.infer<typeof eventsQuery>,
  state: ChannelState,
  first?: number,
): boolean {
  const place = cursor ?? after;
  if (place > state.head && first === undefined) return false;
  if (place === 0 && epoch === undefined) return true;
  return first === undefined ? state.tail <= place : first === place + 1;
}

/** Events are stored as the text that every reader gets: it is put into the answer as it is. */
function page(items: readonly string[], rest: Omit<z.infer<typeof eventsResponse>, 'items'>): string {
  return `{"items":[${items.join()}],${JSON.stringify(rest).slice(1)}`;
}
