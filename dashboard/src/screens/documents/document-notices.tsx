import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { CopyId } from '../../ui/copy.js';
import { words } from '../../words/words.js';
import type { SessionState } from './document-session.js';

interface DocumentNoticesProps {
  readonly state: SessionState | undefined;
  readonly mayWrite: boolean;
  readonly canWrite: boolean;
  /** Opens the document again, without the unsaved changes of this window. */
  readonly onReopen: () => void;
}

function Notice({
  text,
  code,
  action,
}: {
  readonly text: string;
  readonly code?: string;
  readonly action?: readonly [string, () => void] | undefined;
}): ReactNode {
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 rounded border border-line bg-surface px-3 py-2">
      <p className="min-w-0 grow basis-60">{text}</p>
      {code !== undefined && <CopyId id={code} what={words.problem.code} whole />}
      {action !== undefined && (
        <Button size="small" onClick={action[1]}>
          {action[0]}
        </Button>
      )}
    </div>
  );
}

/** Codes after which the server takes no more changes of this Y.Doc. */
const ENDS_WRITING = new Set(['document.invalid-update', 'document.foreign-client']);

/** Why the document cannot be changed here, or what the server did not take. */
export function DocumentNotices({ state, mayWrite, canWrite, onReopen }: DocumentNoticesProps): ReactNode {
  const { notices } = words.documents;
  if (state === undefined) return null;
  const { rejection, refusal, isLoaded, isConnected, hasUnsaved } = state;
  if (refusal !== undefined) return <Notice text={notices.refused} code={refusal} action={[notices.again, onReopen]} />;
  const isRejected = rejection !== undefined && (ENDS_WRITING.has(rejection.code) || (mayWrite && !canWrite));
  return (
    <>
      {rejection !== undefined && (
        <Notice
          text={isRejected ? notices.rejected : notices.dropped}
          code={rejection.code}
          action={[notices.reopen, onReopen]}
        />
      )}
      {isLoaded && !mayWrite && (
        <Notice
          text={isConnected && hasUnsaved ? notices.notTaken : notices.readOnly}
          action={isConnected && hasUnsaved ? [notices.discard, onReopen] : undefined}
        />
      )}
    </>
  );
}
