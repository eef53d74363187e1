import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { problemOf } from '../../api/problem.js';
import { useWorkspace } from '../../app/workspace.js';
import { useWorkspaceEvents } from '../../live/workspace-events.js';
import { useMe } from '../../session/me.js';
import { buttonClass } from '../../ui/button.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { DocumentView } from './document-view.js';
import { documentKey, useDocument, versionsKey, type Document } from './documents-queries.js';
import { usePeople } from '../../queries/members-queries.js';

function Gone(): ReactNode {
  const { id: ws } = useWorkspace();
  return (
    <Page title={words.navigation.documents}>
      <Empty text={words.documents.gone}>
        <Link to="/w/$ws/documents" params={{ ws }} className={buttonClass()}>
          {words.documents.back}
        </Link>
      </Empty>
    </Page>
  );
}

/** One document; it closes at once when the document is deleted. */
export function DocumentScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const { id } = useParams({ from: '/w/$ws/documents/$id' });
  const queries = useQueryClient();
  const query = useDocument(ws, id);
  const { nameOf } = usePeople();
  const user = useMe().data?.user;
  const [deletedId, setDeletedId] = useState<string>();
  useWorkspaceEvents(({ type, payload, actor }) => {
    if (payload['id'] !== id) return;
    if (type === 'document:deleted') setDeletedId(id);
    if (type === 'document:renamed')
      queries.setQueryData<Document>(documentKey(ws, id), payload as unknown as Document);
    if (type === 'document:edited' || type === 'document:restored')
      void queries.invalidateQueries({ queryKey: versionsKey(ws, id) });
    if (type === 'document:restored' && actor !== null && actor !== user?.id)
      toast(words.documents.versions.restoredBy(nameOf(actor)));
  });
  if (deletedId === id || (query.data === undefined && problemOf(query.error).status === 404)) return <Gone />;
  return (
    <Loaded query={query}>
      {(document) => user !== undefined && <DocumentView key={`${id} ${user.id}`} document={document} user={user} />}
    </Loaded>
  );
}
