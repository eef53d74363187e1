import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import Plus from 'lucide-react/icons/plus';
import { useRef, useState, type ReactNode } from 'react';
import { useShortcuts } from '../../app/shortcuts.js';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { useMe } from '../../session/me.js';
import { Button } from '../../ui/button.js';
import { Input } from '../../ui/field.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { DeleteDialog } from './delete-dialog.js';
import { DocumentTable } from './document-table.js';
import { createDocument, documentsKey, renameDocument, type Document } from './documents-queries.js';
import { TitleDialog } from './title-dialog.js';
import { useDocumentList } from './use-document-list.js';

type Asked = { readonly what: 'create' } | { readonly what: 'rename' | 'delete'; readonly document: Document };

export function DocumentsScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const { q = '' } = useSearch({ from: '/w/$ws/documents' });
  const navigate = useNavigate({ from: '/w/$ws/documents' });
  const queries = useQueryClient();
  const me = useMe().data?.user.id;
  const mayWrite = useMay('documents:write');
  const { query, activityOf, fresh, showFresh } = useDocumentList(ws);
  const [asked, setAsked] = useState<Asked>();
  const search = useRef<HTMLInputElement>(null);
  const { documents } = words;
  useShortcuts({ '/': () => search.current?.focus() });
  const setQ = (text: string): void =>
    void navigate({ to: '.', search: { q: text === '' ? undefined : text }, replace: true });
  const create = async (title: string): Promise<void> => {
    const { id } = await createDocument(ws, title);
    await queries.invalidateQueries({ queryKey: documentsKey(ws) });
    await navigate({ to: '/w/$ws/documents/$id', params: { ws, id } });
  };
  const newButton = mayWrite && (
    <Button kind="primary" onClick={() => setAsked({ what: 'create' })}>
      <Plus className="size-4" aria-hidden="true" />
      {documents.create}
    </Button>
  );
  const close = (): void => setAsked(undefined);
  return (
    <Page title={words.navigation.documents} actions={newButton} fill>
      <div className="flex flex-wrap items-center gap-2">
        <Input
          ref={search}
          type="search"
          aria-label={documents.search}
          placeholder={documents.search}
          value={q}
          onChange={({ target }) => setQ(target.value)}
          className="max-w-72"
        />
        {fresh > 0 && (
          <Button size="small" onClick={showFresh}>
            {words.list.fresh(fresh)}
          </Button>
        )}
      </div>
      <Loaded query={query}>
        {(all) => {
          const rows = all.filter(({ title }) => title.toLowerCase().includes(q.trim().toLowerCase()));
          if (all.length === 0)
            return <Empty text={mayWrite ? documents.empty : documents.emptyReadOnly}>{newButton}</Empty>;
          if (rows.length === 0)
            return (
              <Empty text={documents.nothingFits(q)}>
                <Button onClick={() => setQ('')}>{documents.all}</Button>
              </Empty>
            );
          return (
            <DocumentTable
              ws={ws}
              rows={rows}
              activityOf={activityOf}
              onRename={mayWrite ? (document) => setAsked({ what: 'rename', document }) : undefined}
              onDelete={mayWrite ? (document) => setAsked({ what: 'delete', document }) : undefined}
            />
          );
        }}
      </Loaded>
      {asked?.what === 'create' && (
        <TitleDialog heading={documents.create} action={documents.create} onClose={close} onSubmit={create} />
      )}
      {asked?.what === 'rename' && (
        <TitleDialog
          heading={documents.renameThis}
          action={documents.save}
          title={asked.document.title}
          onClose={close}
          onSubmit={(title) => renameDocument(ws, asked.document.id, title)}
        />
      )}
      {asked?.what === 'delete' && (
        <DeleteDialog
          document={asked.document}
          open={activityOf(asked.document.id).open.filter((id) => id !== me).length}
          onClose={close}
        />
      )}
    </Page>
  );
}
