import { z } from 'zod';
import { bounded, boundedItems } from '../bounded.js';
import { RefusedCall, type OwnApi } from '../own-api.js';
import type { Page } from '../page.js';
import { defineTool, RESULT_CHARACTERS, workspace, type Tool } from '../tool.js';
import { ToolError } from '../tool-result.js';
import { deliveryFilter } from './deliveries.js';

const PAGE = 200;
/** A proposal counts up to so many pages. */
const MAX_PAGES = 5;
const SAMPLES = 5;
const MAX_IDS = 20;

const choice = {
  workspace,
  ids: z.array(z.uuid()).min(1).max(MAX_IDS).optional().describe('the deliveries, in place of a filter'),
  filter: z.strictObject(deliveryFilter).optional().describe('as for search_deliveries; at least one field'),
};

interface Choice {
  readonly ids?: readonly string[] | undefined;
  readonly filter?: Readonly<Record<string, string | undefined>> | undefined;
}

/** @throws ToolError unless it is either ids or a filter with a field: all deliveries are no choice of an agent */
function checked({ ids, filter }: Choice): Choice {
  const fields = Object.values(filter ?? {}).filter((value) => value !== undefined);
  if ((ids === undefined) === (fields.length === 0)) {
    throw new ToolError('Give either ids, or a filter with at least one field.');
  }
  return ids === undefined ? { filter } : { ids };
}

const proposeReplay = defineTool({
  name: 'propose_replay',
  title: 'Propose a replay',
  description:
    'Counts the deliveries that replay_deliveries would process again, and shows the newest of them. It changes ' +
    'nothing. Show the number to the user before you replay. Requires webhooks:read.',
  input: z.strictObject(choice),
  async run({ api, workspacePath }, { workspace: named, ...wanted }) {
    const { ids, filter = {} } = checked(wanted);
    const path = `${await workspacePath(named)}/deliveries`;
    const found = ids === undefined ? await matching(api, path, filter) : await existing(api, path, ids);
    const samples = boundedItems(found.samples.slice(0, SAMPLES), RESULT_CHARACTERS);
    const { count, hasMore } = found;
    return {
      data: {
        matches: count,
        hasMore,
        samples: samples.items,
        ...(ids !== undefined && { unknown: ids.length - count }),
      },
      isTruncated: hasMore || samples.isCut || count > SAMPLES,
    };
  },
});

interface Found {
  readonly count: number;
  /** Whether more of them were not counted. */
  readonly hasMore: boolean;
  readonly samples: readonly unknown[];
}

async function matching(api: OwnApi, path: string, filter: NonNullable<Choice['filter']>): Promise<Found> {
  let [count, cursor]: [number, string | undefined] = [0, undefined];
  const samples: unknown[] = [];
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: Page = await api.get<Page>(path, { ...filter, limit: PAGE, cursor });
    count += page.items.length;
    if (pages === 0) samples.push(...page.items.slice(0, SAMPLES));
    if (page.nextCursor === null) return { count, hasMore: false, samples };
    cursor = page.nextCursor;
  }
  return { count, hasMore: true, samples };
}

async function existing(api: OwnApi, path: string, ids: readonly string[]): Promise<Found> {
  const samples: unknown[] = [];
  for (const id of new Set(ids)) {
    const delivery = await api.get<{ body?: unknown; headers?: unknown }>(`${path}/${id}`).catch(unlessMissing);
    if (delivery === undefined) continue;
    const { body: _body, headers: _headers, ...shown } = delivery;
    samples.push(shown);
  }
  return { count: samples.length, hasMore: false, samples };
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof RefusedCall && error.problem.code === 'delivery.not-found') return undefined;
  throw error;
}

const replayDeliveries = defineTool({
  name: 'replay_deliveries',
  title: 'Replay deliveries',
  description:
    'Processes deliveries again, in the background. Without asNew each delivery still makes at most one event. ' +
    'Requires webhooks:manage. Call propose_replay first, and this only after the user has agreed to the number.',
  isWrite: true,
  input: z.strictObject({
    ...choice,
    asNew: z.boolean().default(false).describe('true: each becomes a new delivery with an event of its own'),
  }),
  async run({ api, workspacePath }, { workspace: named, asNew, ...wanted }) {
    const path = `${await workspacePath(named)}/deliveries/replays`;
    const { id } = await api.post<{ id: string }>(path, { ...checked(wanted), asNew });
    return { data: { replay: await api.get(`${path}/${id}`) } };
  },
});

const showReplay = defineTool({
  name: 'show_replay',
  title: 'Show the progress of a replay',
  description: 'The progress of a replay that replay_deliveries began. Requires webhooks:manage.',
  input: z.strictObject({ workspace, id: z.uuid().describe('`replay.id` of replay_deliveries') }),
  async run({ api, workspacePath }, { workspace: named, id }) {
    const state = bounded(await api.get(`${await workspacePath(named)}/deliveries/replays/${id}`), RESULT_CHARACTERS);
    return { data: { replay: state.value }, isTruncated: state.isCut };
  },
});

export const REPLAY_TOOLS: readonly Tool[] = [proposeReplay, replayDeliveries, showReplay];
