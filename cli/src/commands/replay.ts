import { setTimeout as delay } from 'node:timers/promises';
import type { components } from '@tidings/server';
import { answer } from '../api/answer.js';
import { connect, isId, type Connection } from '../api/connect.js';
import { filterOf, type FilterOptions } from '../api/delivery-filter.js';
import { EXIT, usageError } from '../errors.js';
import { note, print, printJson } from '../terminal/output.js';
import { deliveryTable } from './deliveries.js';

export interface ReplayOptions extends FilterOptions {
  readonly all?: boolean;
  readonly asNew?: boolean;
  readonly dryRun?: boolean;
}

type Wanted = Pick<components['schemas']['CreateReplayRequest'], 'ids' | 'filter'>;

const POLL_MS = 250;

export async function replay([ids]: readonly [readonly string[]], options: ReplayOptions): Promise<void> {
  const connection = connect(options);
  const ws = await connection.workspace();
  const wanted = await wantedOf(connection, ws, ids, options);
  if (options.dryRun === true) return show(connection, ws, wanted, options);
  const { api } = connection;
  const body = { ...wanted, asNew: options.asNew === true };
  const { id } = await answer(api.POST('/v1/workspaces/{ws}/deliveries/replays', { params: { path: { ws } }, body }));
  const params = { path: { ws, id } };
  const read = () => answer(api.GET('/v1/workspaces/{ws}/deliveries/replays/{id}', { params }));
  let state = await read();
  while (state.status === 'running') {
    await delay(POLL_MS);
    state = await read();
  }
  if (state.status !== 'done' || state.failed > 0) process.exitCode = EXIT.failed;
  if (options.json === true) return printJson(state);
  const missing = state.failed === 0 ? '' : ` ${state.failed} are not deliveries of this workspace.`;
  print(`${state.done} deliveries are handed to processing (${state.status}).${missing}${state.error ?? ''}`);
}

async function wantedOf(connection: Connection, ws: string, ids: readonly string[], options: ReplayOptions) {
  const filter = await filterOf(connection, ws, options);
  const hasFilter = Object.keys(filter).length > 0;
  const wrong = ids.find((id) => !isId(id));
  if (wrong !== undefined) throw usageError(`${wrong} is not the id of a delivery.`);
  if (ids.length > 0 && (hasFilter || options.all === true)) throw usageError('Use either ids or filters.');
  if (ids.length === 0 && !hasFilter && options.all !== true) {
    throw usageError('Nothing is chosen to replay.', 'Name ids or filters, or use --all for all deliveries.');
  }
  return ids.length > 0 ? { ids: [...ids] } : { filter };
}

/** At most 200; a filter may find more. */
async function show({ api }: Connection, ws: string, { ids, filter }: Wanted, { json }: ReplayOptions): Promise<void> {
  const path = { ws };
  if (ids !== undefined) {
    const one = (id: string) =>
      answer(api.GET('/v1/workspaces/{ws}/deliveries/{id}', { params: { path: { ws, id } } }));
    const items = [];
    for (const id of ids) items.push(await one(id));
    return json === true ? printJson({ items, nextCursor: null }) : print(deliveryTable(items));
  }
  const { body: _body, test: _test, ...query } = filter ?? {};
  const page = await answer(
    api.GET('/v1/workspaces/{ws}/deliveries', { params: { path, query: { limit: 200, ...query } } }),
  );
  if (json === true) return printJson(page);
  print(deliveryTable(page.items));
  note(
    page.nextCursor === null ? `${page.items.length} deliveries.` : 'More than 200 deliveries; these are the newest.',
  );
}
