import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { DeleteWorkspaceDialog } from './delete-workspace-dialog.js';
import { TransferDialog } from './transfer-dialog.js';

/** The actions of an owner: transfer and deletion of the workspace. */
export function OwnerPanel(): ReactNode {
  const [open, setOpen] = useState<'transfer' | 'delete'>();
  const { owner: text } = words.settings;
  const close = (): void => setOpen(undefined);
  return (
    <Panel title={text.heading}>
      <div className="grid items-center gap-3 p-3 sm:grid-cols-[minmax(0,1fr)_auto]">
        <p className="text-sm text-muted">{text.transferHint}</p>
        <Button className="sm:justify-self-end max-sm:justify-self-start" onClick={() => setOpen('transfer')}>
          {text.transfer}
        </Button>
        <p className="text-sm text-muted">{text.deleteHint}</p>
        <Button
          kind="danger"
          className="sm:justify-self-end max-sm:justify-self-start"
          onClick={() => setOpen('delete')}
        >
          {text.delete}
        </Button>
      </div>
      {open === 'transfer' && <TransferDialog onClose={close} />}
      {open === 'delete' && <DeleteWorkspaceDialog onClose={close} />}
    </Panel>
  );
}
