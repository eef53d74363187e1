import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import Ellipsis from 'lucide-react/icons/ellipsis';
import History from 'lucide-react/icons/history';
import { useState, type ReactNode } from 'react';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { buttonClass, IconButton } from '../../ui/button.js';
import { Menu } from '../../ui/menu.js';
import { words } from '../../words/words.js';
import { DeleteDialog } from './delete-dialog.js';
import { renameDocument, type Document } from './documents-queries.js';
import { exportDocument } from './export-document.js';
import { TitleDialog } from './title-dialog.js';

/** Actions on the document as a whole. */
export function DocumentActions({
  document,
  others,
}: {
  readonly document: Document;
  /** The number of other people who have it open. */
  readonly others: number;
}): ReactNode {
  const { id: ws } = useWorkspace();
  const mayWrite = useMay('documents:write');
  const navigate = useNavigate();
  const { panel } = useSearch({ from: '/w/$ws/documents/$id' });
  const [asked, setAsked] = useState<'rename' | 'delete'>();
  const { documents } = words;
  const { id, title } = document;
  const close = (): void => setAsked(undefined);
  return (
    <>
      <Link
        to="/w/$ws/documents/$id"
        params={{ ws, id }}
        search={panel === 'versions' ? {} : { panel: 'versions' }}
        className={buttonClass()}
      >
        <History className="size-4" aria-hidden="true" />
        {documents.versions.heading}
      </Link>
      <Menu
        trigger={
          <IconButton label={documents.actionsOf(title)}>
            <Ellipsis className="size-4" aria-hidden="true" />
          </IconButton>
        }
        entries={[
          ...(mayWrite ? [{ label: documents.rename, onSelect: () => setAsked('rename') }] : []),
          { label: documents.exportAs.markdown, onSelect: () => void exportDocument(ws, id, 'markdown') },
          { label: documents.exportAs.text, onSelect: () => void exportDocument(ws, id, 'text') },
          ...(mayWrite ? [{ label: documents.delete, onSelect: () => setAsked('delete'), danger: true }] : []),
        ]}
      />
      {asked === 'rename' && (
        <TitleDialog
          heading={documents.renameThis}
          action={documents.save}
          title={title}
          onClose={close}
          onSubmit={(text) => renameDocument(ws, id, text)}
        />
      )}
      {asked === 'delete' && (
        <DeleteDialog
          document={document}
          open={others}
          onClose={close}
          onDeleted={() => void navigate({ to: '/w/$ws/documents', params: { ws } })}
        />
      )}
    </>
  );
}
