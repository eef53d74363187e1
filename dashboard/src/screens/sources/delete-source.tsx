import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ConfirmDialog } from '../../ui/dialog.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { deleteSource, useKeptDeliveries, type Source } from '../../queries/sources-queries.js';

/** Says how many deliveries a source has, and deletes it. */
export function DeleteSource({
  ws,
  source,
  onClose,
}: {
  readonly ws: string;
  readonly source: Source;
  readonly onClose: () => void;
}): ReactNode {
  const { remove } = words.sources;
  const navigate = useNavigate();
  const kept = useKeptDeliveries(ws, source.id, true).data;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={remove.title(source.name)}
      description={remove.description(kept)}
      action={remove.action}
      onConfirm={async () => {
        await deleteSource(ws, source.id);
        toast(remove.done(source.name));
        await navigate({ to: '/w/$ws/sources', params: { ws } });
      }}
    />
  );
}
