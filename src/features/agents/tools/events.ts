import { z } from 'zod';
import { bounded, boundedItems } from '../bounded.js';
import { RefusedCall, type OwnApi } from '../own-api.js';
import type { Page } from '../page.js';
import { defineTool, limit, moment, RESULT_CHARACTERS, workspace, type Tool } from '../tool.js';
import { ToolError } from '../tool-result.js';

interface EventPage extends Page {
  readonly nextBefore: string | null;
}

type MemberPage = Page<{ readonly userId: string; readonly email: string }>;

/** Pages of members in which an e-mail address is looked for. */
const MEMBER_PAGES = 10;

const readChannel = defineTool({
  name: 'read_channel',
  title: 'Read the log of a channel',
  description:
    'The events of a channel, oldest first: the newest ones, or those after or before an offset or since a time. ' +
    'Channels are webhooks:<workspace id>, workspace:<workspace id>, topic:<workspace id>/<path> and others. Requires ' +
    'the permission to read the channel.',
  input: z.strictObject({
    workspace,
    channel: z.string().min(1).max(600),
    after: z.int().min(0).optional().describe('only events after this offset, from the oldest on'),
    before: z.int().min(1).optional().describe('only events before this offset, the newest of them'),
    type: z.string().min(1).max(100).optional().describe('only events of this type, such as webhook:received'),
    since: moment.optional().describe('only events from this time on, from the oldest on unless `before` is given'),
    until: moment.optional(),
    limit,
    cursor: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional()
      .describe('`nextCursor` of the previous page'),
  }),
  async run({ api, workspacePath }, { workspace: named, limit: count, cursor, after, ...query }) {
    const isForward = query.before === undefined && (after ?? cursor ?? query.since) !== undefined;
    const place = isForward
      ? { limit: count, cursor, after: cursor === undefined ? after : undefined }
      : { latest: count };
    const page = await api.get<EventPage>(`${await workspacePath(named)}/events`, { ...query, ...place });
    const { items, isCut } = boundedItems(page.items, RESULT_CHARACTERS);
    const { nextCursor, nextBefore } = page;
    return {
      data: { ...page, items },
      isTruncated: isCut || nextCursor !== null || nextBefore !== null,
      nextCursor,
    };
  },
});

const explainReach = defineTool({
  name: 'explain_reach',
  title: 'Explain the reach of an event',
  description:
    'Says which sessions were sent an event and when, and for one user also why not: no permission, not connected or ' +
    'not subscribed. Sent means written to the connection, not read by a person. Requires audit:read; an e-mail ' +
    'address also requires members:read.',
  input: z.strictObject({
    workspace,
    event: z.uuid().describe('id of an event, or of a delivery'),
    user: z.union([z.uuid(), z.email()]).optional().describe('id or e-mail address of a member'),
    limit,
    cursor: z.string().max(200).optional().describe('`nextCursor` of the previous page'),
  }),
  async run({ api, workspacePath }, { workspace: named, event, user, ...query }) {
    const ws = await workspacePath(named);
    const userId = user?.includes('@') === true ? await memberId(api, ws, user) : user;
    const read = (id: string) => api.get<Page>(`${ws}/events/${id}/reach`, { ...query, userId });
    const {
      items: all,
      nextCursor,
      ...reach
    } = await read(event).catch(async (error: unknown) => {
      const eventId = await eventOfDelivery(api, `${ws}/deliveries/${event}`, error);
      return read(eventId);
    });
    const about = bounded(reach, RESULT_CHARACTERS / 10);
    const { items, isCut } = boundedItems(all, RESULT_CHARACTERS);
    return {
      data: { ...(about.value as object), items },
      isTruncated: isCut || about.isCut || nextCursor !== null,
      nextCursor,
    };
  },
});

/** @throws the first error, unless the id is that of a delivery with an event */
async function eventOfDelivery(api: OwnApi, path: string, error: unknown): Promise<string> {
  if (!(error instanceof RefusedCall) || error.status !== 404) throw error;
  const delivery = await api.get<{ eventId: string | null }>(path).catch(() => undefined);
  if (delivery?.eventId === undefined || delivery.eventId === null) throw error;
  return delivery.eventId;
}

async function memberId(api: OwnApi, ws: string, email: string): Promise<string> {
  let cursor: string | undefined;
  for (let pages = 0; pages < MEMBER_PAGES; pages++) {
    const { items, nextCursor } = await api.get<MemberPage>(`${ws}/members`, { limit: 200, cursor });
    const found = items.find((member) => member.email.toLowerCase() === email.toLowerCase());
    if (found !== undefined) return found.userId;
    if (nextCursor === null) throw new ToolError('No member of the workspace has this e-mail address.');
    cursor = nextCursor;
  }
  throw new ToolError('The workspace has too many members to look for an e-mail address: give the id of the user.');
}

export const EVENT_TOOLS: readonly Tool[] = [readChannel, explainReach];
