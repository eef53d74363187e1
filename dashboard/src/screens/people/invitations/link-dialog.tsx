import type { ReactNode } from 'react';
import { Button } from '../../../ui/button.js';
import { CopyText } from '../../../ui/copy.js';
import { Dialog } from '../../../ui/dialog.js';
import { words } from '../../../words/words.js';

/** Shows a link once, for a person who gets no mail. */
export function LinkDialog({
  title,
  text,
  url,
  onClose,
}: {
  readonly title: string;
  readonly text: string;
  readonly url: string;
  readonly onClose: () => void;
}): ReactNode {
  const { link } = words.people;
  return (
    <Dialog open onClose={onClose} title={title} description={text}>
      <CopyText text={url} label={link.label} />
      <div className="flex justify-end">
        <Button kind="primary" onClick={onClose}>
          {link.done}
        </Button>
      </div>
    </Dialog>
  );
}
