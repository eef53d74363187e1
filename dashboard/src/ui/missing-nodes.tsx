import type { ReactNode } from 'react';
import { CopyId } from './copy.js';
import { words } from '../words/words.js';

/** Names the processes whose answers a view lacks. */
export function MissingNodes({ nodeIds }: { readonly nodeIds: readonly string[] }): ReactNode {
  if (nodeIds.length === 0) return null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-2 rounded border border-warn bg-warn-soft p-2 text-sm">
      <span>{words.system.missing(nodeIds.length)}</span>
      {nodeIds.map((nodeId) => (
        <CopyId key={nodeId} id={nodeId} what={words.system.process} />
      ))}
    </div>
  );
}
