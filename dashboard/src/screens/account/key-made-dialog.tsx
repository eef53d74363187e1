import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { CopyText } from '../../ui/copy.js';
import { Dialog } from '../../ui/dialog.js';
import { words } from '../../words/words.js';
import type { NewApiKey } from './api-key-queries.js';

/** Shows a new key, which the server never shows again. */
export function KeyMadeDialog({
  made,
  onClose,
}: {
  readonly made: NewApiKey;
  readonly onClose: () => void;
}): ReactNode {
  const { keys } = words.account;
  return (
    <Dialog open onClose={onClose} title={keys.made(made.name)} description={keys.once}>
      <CopyText text={made.key} label={keys.key} />
      <div className="flex justify-end">
        <Button kind="primary" onClick={onClose}>
          {keys.done}
        </Button>
      </div>
    </Dialog>
  );
}
