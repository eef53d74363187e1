import type { WorkspaceChange } from '../../access/public/workspace-data.js';
import { SOURCES_TOPIC } from './source.store.js';

/**
 * Makes the sources of a deleted workspace unknown: no delivery that an earlier version has verified is stored, every
 * node reads the sources anew, and `SourceStore.findByKey` finds those of a deleted workspace no more.
 */
export async function suspendSources({ tx, bus, workspaceId }: WorkspaceChange): Promise<void> {
  const sources = await tx.query<{ key: string }>(
    'UPDATE sources SET version = version + 1 WHERE workspace_id = $1 RETURNING key',
    [workspaceId],
  );
  tx.afterCommit(() => sources.forEach(({ key }) => bus.publish(SOURCES_TOPIC, key)));
}

/** Watches begin anew: a source could not be heard while its workspace was deleted. */
export async function resumeSources({ tx, workspaceId }: WorkspaceChange): Promise<void> {
  await tx.query(
    `UPDATE source_watches SET since = now() FROM sources
     WHERE sources.id = source_watches.source_id AND sources.workspace_id = $1`,
    [workspaceId],
  );
}
