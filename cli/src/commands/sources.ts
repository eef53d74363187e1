import { connect, type GlobalOptions } from '../api/connect.js';
import { allSources } from '../api/sources.js';
import { print, printJson, shortTime, table } from '../terminal/output.js';

export async function sources(_args: readonly string[], options: GlobalOptions): Promise<void> {
  const connection = connect(options);
  const items = await allSources(connection.api, await connection.workspace());
  if (options.json === true) return printJson({ items });
  const rows = items.map(({ name, provider, id, url, enabled, lastSeenAt }) => {
    const seen = lastSeenAt === null ? 'never' : shortTime(lastSeenAt);
    return [name, provider, enabled ? seen : 'disabled', id, url];
  });
  print(table(['NAME', 'PROVIDER', 'LAST SEEN', 'ID', 'URL'], rows));
}
