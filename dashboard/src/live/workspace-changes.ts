import { queries } from '../api/queries.js';
import { ME } from '../session/me.js';
import { live } from './live.js';

/** The pause between two loads, since a script may change many things. */
const PAUSE_MS = 1_000;

/** The third parts of the query keys that are loaded again, by the kind of a change. The audit log has all changes. */
const LOADED: Readonly<Record<string, readonly string[]>> = {
  member: ['members'],
  role: ['roles', 'members'],
  invitation: ['invitations'],
  source: ['sources', 'overview'],
  endpoint: ['endpoints', 'endpoint-stats', 'overview'],
  refusal: ['refused'],
  topic: ['topics'],
  'event-type': ['event-types'],
  workspace: ['details', 'topics'],
};

async function load(workspaceId: string, kinds: ReadonlySet<string>): Promise<void> {
  const names = new Set(['audit', ...[...kinds].flatMap((kind) => LOADED[kind] ?? [])]);
  await Promise.all([
    queries.invalidateQueries({
      predicate: ({ queryKey: [scope, id, name] }) => scope === 'ws' && id === workspaceId && names.has(String(name)),
    }),
    // The names of the workspaces.
    kinds.has('workspace') && queries.invalidateQueries({ queryKey: ME }),
  ]);
}

/**
 * Loads again what has changed in a workspace without an event, and everything of this sort after a reconnect.
 * @returns a function that ends it
 */
export function followChanges(workspaceId: string): () => void {
  const changed = new Set<string>();
  let isLoading = false;
  const over = new AbortController();
  let wasLost = false;
  const take = async (kinds: readonly string[]): Promise<void> => {
    for (const kind of kinds) changed.add(kind);
    if (isLoading) return;
    isLoading = true;
    while (changed.size > 0 && !over.signal.aborted) {
      const taken = new Set(changed);
      changed.clear();
      await load(workspaceId, taken);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    isLoading = false;
  };
  const ends = [
    live.on('workspace:changed', (change) => {
      if (change.workspaceId === workspaceId) void take(change.kinds);
    }),
    live.onStatus(({ state }) => {
      if (state === 'waiting') wasLost = true;
      else if (state === 'open' && wasLost) {
        wasLost = false;
        void take(Object.keys(LOADED));
      }
    }),
  ];
  return () => {
    over.abort();
    for (const end of ends) end();
  };
}
