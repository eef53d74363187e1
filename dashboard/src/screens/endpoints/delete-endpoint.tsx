import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ConfirmDialog } from '../../ui/dialog.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { deleteEndpoint, useEndpointStats, type Endpoint } from './endpoints-queries.js';
import { loadMessages, messagesKey } from './messages-queries.js';

/** Says what is lost with an endpoint, and deletes it. */
export function DeleteEndpoint({
  ws,
  endpoint: { id, name },
  onClose,
}: {
  readonly ws: string;
  readonly endpoint: Endpoint;
  readonly onClose: () => void;
}): ReactNode {
  const { remove } = words.endpoints;
  const navigate = useNavigate();
  const attempts = useEndpointStats(ws, id).data?.attempts;
  const pending = useQuery({
    queryKey: [...messagesKey(ws, id), 'pending'],
    queryFn: () => loadMessages(ws, id, 'pending'),
  }).data;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={remove.title(name)}
      description={remove.description(attempts, pending && pending.items.length, pending?.nextCursor !== null)}
      action={words.endpoints.actions.remove}
      onConfirm={async () => {
        await deleteEndpoint(ws, id);
        toast(remove.done(name));
        await navigate({ to: '/w/$ws/endpoints', params: { ws } });
      }}
    />
  );
}
