import { answer } from '../api/answer.js';
import { connect, type GlobalOptions } from '../api/connect.js';
import { allSources, sourceNamed } from '../api/sources.js';
import { limitOf } from '../terminal/limit.js';
import { momentOf } from '../terminal/moment.js';
import { print, printJson, shortTime, table } from '../terminal/output.js';

export interface RefusedOptions extends GlobalOptions {
  readonly source?: string;
  readonly cause?: string;
  readonly since?: string;
  readonly limit: string;
}

export async function refused(_args: readonly string[], options: RefusedOptions): Promise<void> {
  const connection = connect(options);
  const ws = await connection.workspace();
  const { api } = connection;
  const query = {
    limit: limitOf(options.limit),
    ...(options.source && { sourceId: sourceNamed(await allSources(api, ws), options.source).id }),
    // The server names the causes that it knows.
    ...(options.cause && { cause: options.cause as 'wrong-signature' }),
    ...(options.since && { since: momentOf(options.since) }),
  };
  const page = await answer(api.GET('/v1/workspaces/{ws}/refused', { params: { path: { ws }, query } }));
  if (options.json === true) return printJson(page);
  const rows = page.items.map(({ id, receivedAt, cause, deliveryId, detail }) => {
    return [shortTime(receivedAt), cause, deliveryId === null ? '' : 'accepted', id, detail.explanation];
  });
  print(table(['TIME', 'CAUSE', 'STATE', 'ID', 'EXPLANATION'], rows));
}
