import { LogRetention } from '../../src/platform/events/log-retention.js';
import type { RunningTidings } from './app.js';
import { eventually } from './eventually.js';

/** Trims the log to its newest events. Events that a consumer still has to read stay, so trimming is retried. */
export async function trimChannel(
  { app, api, workspaceId }: RunningTidings,
  channel: string,
  count: number,
): Promise<void> {
  await eventually(`all but ${count} events of ${channel} are trimmed`, async () => {
    await app.get(LogRetention).run({ days: 3_650, count });
    const path = `/v1/workspaces/${workspaceId}/events?channel=${channel}&limit=200`;
    const log = await api.get<{ items: unknown[] }>(path);
    return log.body.items.length === count;
  });
}
