import { z } from 'zod';
import { bounded, cut } from '../bounded.js';
import { RefusedCall } from '../own-api.js';
import { pageAnswer, type Page } from '../page.js';
import { defineTool, limit, moment, workspace, type Tool, type ToolCall } from '../tool.js';

const name = z.string().min(1).max(200);
const cursor = z.uuid().optional().describe('`nextCursor` of the previous page');

/** The filter of deliveries, as the API has it. */
export const deliveryFilter = {
  status: z.enum(['received', 'processed', 'failed']).optional(),
  sourceId: z.uuid().optional().describe('id of a source, see list_sources'),
  provider: name.optional().describe('name of the sender, such as github'),
  eventType: name.optional().describe("the sender's name of the event, such as pull_request.opened"),
  since: moment.optional().describe('only those received at this time or later'),
  until: moment.optional().describe('only those received before this time'),
  providerDeliveryId: name.optional().describe("the sender's own id of the delivery"),
  q: name.optional().describe('a part of the title or of the sender'),
};

/** @param path of the list, below the workspace */
async function search({ api, workspacePath }: ToolCall, path: string, named: string | undefined, query: object) {
  return pageAnswer(await api.get<Page>(`${await workspacePath(named)}/${path}`, { ...query }));
}

const searchDeliveries = defineTool({
  name: 'search_deliveries',
  title: 'Search deliveries',
  description: 'Lists the webhooks that a workspace received, newest first, with their state. Requires webhooks:read.',
  input: z.strictObject({ workspace, ...deliveryFilter, limit, cursor }),
  run: (call, { workspace: named, ...query }) => search(call, 'deliveries', named, query),
});

const searchRefused = defineTool({
  name: 'search_refused',
  title: 'Search refused requests',
  description:
    'Lists the requests of senders that were refused, newest first, with the cause and an explanation. Requires ' +
    'webhooks:read.',
  input: z.strictObject({
    workspace,
    sourceId: deliveryFilter.sourceId,
    cause: z
      .string()
      .regex(/^[a-z-]{1,40}$/)
      .optional()
      .describe('such as wrong-signature, no-signature or stale-timestamp'),
    since: moment.optional(),
    until: moment.optional(),
    limit,
    cursor,
  }),
  run: (call, { workspace: named, ...query }) => search(call, 'refused', named, query),
});

const PART_CHARACTERS = 15_000;
const REACHED_SESSIONS = 20;

const showDelivery = defineTool({
  name: 'show_delivery',
  title: "Show a delivery's way",
  description:
    'One delivery from its sender to its readers: headers, body, attempts, its event and the sessions that were sent ' +
    'it. The body requires webhooks:bodies and the reach audit:read; without them these parts are absent.',
  input: z.strictObject({
    workspace,
    id: z.uuid(),
    bodyCharacters: z.int().min(0).max(20_000).default(4_000).describe('the most characters of the body to return'),
  }),
  async run({ api, workspacePath }, { workspace: named, id, bodyCharacters }) {
    const ws = await workspacePath(named);
    const path = `${ws}/deliveries/${id}`;
    const [{ body, ...detail }, attempts] = await Promise.all([
      api.get<Readonly<Record<string, unknown>>>(path),
      api.get<object>(`${path}/attempts`),
    ]);
    const { eventId } = detail;
    const query = { limit: REACHED_SESSIONS };
    const reach = typeof eventId === 'string' ? await readable(api.get(`${ws}/events/${eventId}/reach`, query)) : null;
    const parts = [detail, attempts, reach].map((part) => bounded(part, PART_CHARACTERS));
    const [delivery, tries, readers] = parts.map(({ value }) => value);
    const isBodyCut = typeof body === 'string' && body.length > bodyCharacters;
    return {
      data: {
        delivery,
        ...(typeof body === 'string' && { body: cut(body, bodyCharacters) }),
        attempts: tries,
        reach: readers,
      },
      isTruncated: isBodyCut || parts.some(({ isCut }) => isCut),
    };
  },
});

/** Null when the caller may not read it, or when its record is gone. */
async function readable(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RefusedCall && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}

export const DELIVERY_TOOLS: readonly Tool[] = [searchDeliveries, searchRefused, showDelivery];
