import type { ReactNode } from 'react';
import type { Schemas } from '../../../api/api.js';
import { Button } from '../../../ui/button.js';
import { words } from '../../../words/words.js';

type Preview = Schemas['MemberPreview'];

/** Whether a change ends something that the member has open, as far as the nodes answered. */
export const closesAny = ({ closes, missingNodes, permissions }: Preview): boolean =>
  closes.subscriptions + closes.documents > 0 || (missingNodes.length > 0 && permissions.lost.length > 0);

/** The numbers of connections and documents that a change would close, before it is made. */
export function ClosingNotice({
  preview,
  busy,
  onConfirm,
  onCancel,
}: {
  readonly preview: Preview;
  readonly busy: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}): ReactNode {
  const { closing } = words.people;
  const { closes, missingNodes } = preview;
  return (
    <div role="alert" className="flex flex-col gap-2 rounded border border-warn bg-warn-soft p-2 text-sm">
      <p>
        {closing.text(closes)}
        {missingNodes.length > 0 && ` ${closing.missing(missingNodes.length)}`}
      </p>
      <p className="flex gap-2">
        <Button kind="danger" size="small" busy={busy} onClick={onConfirm}>
          {closing.confirm}
        </Button>
        <Button size="small" disabled={busy} onClick={onCancel}>
          {closing.cancel}
        </Button>
      </p>
    </div>
  );
}
