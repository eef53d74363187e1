import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { words } from '../../../words/words.js';
import { closesAny, previewMember, type Preview } from '../preview.js';
import type { MemberChange } from '../use-changes.js';
import type { PreviewedChange } from '../use-previewed-change.js';

/** The numbers of connections and documents that a change would close, in words. */
export function closingText({ closes, missingNodes }: Preview): string {
  const { closing } = words.people;
  const missing = missingNodes.length > 0 ? ` ${closing.missing(missingNodes.length)}` : '';
  return `${closing.text(closes)}${missing}`;
}

/** Says what the removal or change of a member closes, once that is known, if it closes anything. */
export function ClosingText({ of }: { readonly of: Pick<MemberChange, 'userId' | 'rules'> }): ReactNode {
  const { id: ws } = useWorkspace();
  const { data } = useQuery({
    queryKey: ['rights-preview', ws, of],
    // A query must not resolve with undefined.
    queryFn: async () => (await previewMember(ws, of)) ?? null,
    staleTime: 0,
    gcTime: 0,
  });
  return data && closesAny(data) ? <p role="alert">{closingText(data)}</p> : null;
}

/** Asks before a change that closes something. It shows nothing for other changes. */
export function ClosingNotice({
  change: { asked, busy, confirm, cancel },
}: {
  readonly change: PreviewedChange;
}): ReactNode {
  const { closing } = words.people;
  if (asked === undefined) return null;
  return (
    <div role="alert" className="flex flex-col gap-2 rounded border border-warn bg-warn-soft p-2 text-sm">
      <p>{closingText(asked)}</p>
      <p className="flex gap-2">
        <Button kind="danger" size="small" busy={busy} onClick={() => void confirm()}>
          {closing.confirm}
        </Button>
        <Button size="small" disabled={busy} onClick={cancel}>
          {closing.cancel}
        </Button>
      </p>
    </div>
  );
}
