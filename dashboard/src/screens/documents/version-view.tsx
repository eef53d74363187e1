import { useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { Button, buttonClass } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { exactTime } from '../../ui/moment.js';
import { Loaded } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import type { DocumentSession } from './document-session.js';
import { restoreVersion, textKey, useText, useVersion, versionsKey, type Document } from './documents-queries.js';
import { VersionDiff } from './version-diff.js';

interface VersionViewProps {
  readonly document: Document;
  readonly version: string;
  readonly session: DocumentSession | undefined;
  readonly mayWrite: boolean;
  /** The number of other people who have the document open. */
  readonly others: number;
}

const SETTLED_MS = 800;

/** Loads the present text again when the document has not changed for a moment. */
function useFreshText(ws: string, id: string, session: DocumentSession | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (session === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey: textKey(ws, id) }), SETTLED_MS);
    };
    session.doc.on('update', changed);
    return () => {
      clearTimeout(timer);
      session.doc.off('update', changed);
    };
  }, [queries, session, ws, id]);
}

/** One version: its text or the difference from now, and its restore. */
export function VersionView({ document, version, session, mayWrite, others }: VersionViewProps): ReactNode {
  const { id: ws } = useWorkspace();
  const { id } = document;
  const { view = 'diff' } = useSearch({ from: '/w/$ws/documents/$id' });
  const queries = useQueryClient();
  const query = useVersion(ws, id, version);
  const text = useText(ws, id);
  const [isAsked, setIsAsked] = useState(false);
  const { versions } = words.documents;
  useFreshText(ws, id, session);
  const restore = async (): Promise<void> => {
    await restoreVersion(ws, id, version);
    toast(versions.restored);
    await Promise.all([
      queries.invalidateQueries({ queryKey: versionsKey(ws, id) }),
      queries.invalidateQueries({ queryKey: textKey(ws, id) }),
    ]);
  };
  return (
    <Loaded query={query}>
      {(chosen) => {
        const name = chosen.name ?? versions.of(exactTime(chosen.createdAt));
        return (
          <section aria-label={name} className="flex min-h-0 grow flex-col gap-2 border-t border-line p-3">
            <div className="flex flex-wrap items-center gap-1">
              {(['diff', 'text'] as const).map((one) => (
                <Link
                  key={one}
                  to="."
                  search={{ panel: 'versions', version, view: one === 'diff' ? undefined : one }}
                  replace
                  aria-current={view === one ? 'true' : undefined}
                  className={buttonClass(view === one ? 'plain' : 'quiet', 'small')}
                >
                  {versions[one]}
                </Link>
              ))}
              <span className="grow" />
              {mayWrite && (
                <Button size="small" onClick={() => setIsAsked(true)}>
                  {versions.restore}
                </Button>
              )}
            </div>
            {view === 'text' ? (
              <pre
                tabIndex={0}
                aria-label={versions.text}
                className="min-h-24 overflow-auto rounded border border-line p-2 font-mono text-xs leading-5 whitespace-pre-wrap"
              >
                {chosen.text === '' ? versions.noText : chosen.text}
              </pre>
            ) : (
              <Loaded query={text}>{(now) => <VersionDiff version={chosen.text} now={now} />}</Loaded>
            )}
            <ConfirmDialog
              open={isAsked}
              onClose={() => setIsAsked(false)}
              title={versions.restoreThis(name)}
              description={versions.restoreHint(others)}
              action={versions.restore}
              onConfirm={restore}
            />
          </section>
        );
      }}
    </Loaded>
  );
}
