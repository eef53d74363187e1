import { answer } from '../api/answer.js';
import { connect } from '../api/connect.js';
import { filterOf, type FilterOptions } from '../api/delivery-filter.js';
import { limitOf } from '../terminal/limit.js';
import { print, printJson, shortTime, table } from '../terminal/output.js';
import type { components } from '@tidings/server';

export interface DeliveriesOptions extends FilterOptions {
  readonly limit: string;
}

export async function deliveries(_args: readonly string[], options: DeliveriesOptions): Promise<void> {
  const connection = connect(options);
  const ws = await connection.workspace();
  const query = { limit: limitOf(options.limit), ...(await filterOf(connection, ws, options)) };
  const call = connection.api.GET('/v1/workspaces/{ws}/deliveries', { params: { path: { ws }, query } });
  const page = await answer(call);
  if (options.json === true) return printJson(page);
  print(deliveryTable(page.items));
}

export const deliveryTable = (items: ReadonlyArray<components['schemas']['Delivery']>): string =>
  table(
    ['TIME', 'STATUS', 'PROVIDER', 'EVENT', 'ID', 'TITLE'],
    items.map(({ id, receivedAt, status, provider, eventType, title, error }) => {
      return [shortTime(receivedAt), status, provider, eventType ?? '', id, title ?? error ?? ''];
    }),
  );
