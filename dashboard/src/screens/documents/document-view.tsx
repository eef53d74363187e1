import { useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { useMay } from '../../app/workspace.js';
import { classes } from '../../ui/classes.js';
import { Skeleton } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { DocumentActions } from './document-actions.js';
import { DocumentNotices } from './document-notices.js';
import { DocumentPeople } from './document-people.js';
import { DocumentState } from './document-state.js';
import type { Document } from './documents-queries.js';
import { DocumentContent } from './document-content.js';
import { useDocumentSession } from './use-document-session.js';
import { VersionsPanel } from './versions-panel.js';

/** The content of a document with the people in it, its state, and its versions beside it. */
export function DocumentView({
  document,
  user,
}: {
  readonly document: Document;
  readonly user: Schemas['User'];
}): ReactNode {
  const [generation, setGeneration] = useState(0);
  const { session, state } = useDocumentSession(document.id, user, generation);
  const { panel } = useSearch({ from: '/w/$ws/documents/$id' });
  const [isForeign, setIsForeign] = useState(false);
  const mayWrite = useMay('documents:write');
  const canWrite = mayWrite && state?.canWrite === true && state.isLoaded && state.refusal === undefined && !isForeign;
  const reopen = (): void => setGeneration(generation + 1);
  const others = state?.people.filter(({ id }) => id !== user.id).length ?? 0;
  return (
    <Page
      title={document.title}
      fill
      actions={
        <>
          <DocumentPeople people={state?.people ?? []} ownId={user.id} />
          <DocumentState state={state} canWrite={canWrite} />
          <DocumentActions document={document} others={others} />
        </>
      }
    >
      <DocumentNotices state={state} mayWrite={mayWrite} canWrite={canWrite} onReopen={reopen} />
      <div className="flex min-h-0 grow gap-4">
        <div className={classes('flex min-h-0 min-w-0 grow flex-col gap-4', panel === 'versions' && 'max-lg:hidden')}>
          {session === undefined || state?.isLoaded !== true ? (
            state?.refusal === undefined && <Skeleton />
          ) : (
            <DocumentContent session={session} document={document} canWrite={canWrite} onForeign={setIsForeign} />
          )}
        </div>
        {panel === 'versions' && (
          <VersionsPanel document={document} session={session} mayWrite={mayWrite} others={others} />
        )}
      </div>
    </Page>
  );
}
