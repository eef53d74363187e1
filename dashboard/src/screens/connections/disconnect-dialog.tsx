import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { useUserName } from './connection-parts.js';
import { useDisconnect } from './connections-queries.js';

export function DisconnectDialog({
  open,
  onClose,
  connection,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly connection: Schemas['Connection'];
}): ReactNode {
  const { connections } = words.system;
  const nameOf = useUserName();
  const disconnect = useDisconnect();
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={connections.disconnectTitle}
      description={connections.disconnectText(nameOf(connection.userId), connection.channelCount)}
      action={connections.disconnect}
      onConfirm={async () => {
        await disconnect.mutateAsync(connection.id);
        toast(connections.disconnected);
      }}
    />
  );
}
