import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { deleteDocument, documentsKey, useVersions, type Document } from './documents-queries.js';

interface DeleteDialogProps {
  readonly document: Document;
  /** The number of other people who have it open. */
  readonly open: number;
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}

/** Says how many versions and open windows go, and deletes the document. */
export function DeleteDialog({ document, open, onClose, onDeleted }: DeleteDialogProps): ReactNode {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const versions = useVersions(ws, document.id);
  const { documents } = words;
  const remove = async (): Promise<void> => {
    await deleteDocument(ws, document.id);
    queries.setQueryData<Document[]>(documentsKey(ws), (all) => all?.filter(({ id }) => id !== document.id));
    toast(documents.deleted(document.title));
    onDeleted?.();
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={documents.deleteThis(document.title)}
      description={documents.deleteHint(documents.versionCount(versions.data?.length ?? 0, versions.hasNextPage), open)}
      action={documents.delete}
      onConfirm={remove}
    />
  );
}
