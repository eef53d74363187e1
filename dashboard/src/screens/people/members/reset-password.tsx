import { useState, type ReactNode } from 'react';
import { answer, api } from '../../../api/api.js';
import { Button } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/dialog.js';
import { toast } from '../../../ui/toast.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { LinkDialog } from '../invitations/link-dialog.js';

/** For administrators: a link with which a user sets a new password. */
export function ResetPassword({ member }: { readonly member: Member }): ReactNode {
  const [asks, setAsks] = useState(false);
  const [url, setUrl] = useState<string>();
  const { reset } = words.people;
  return (
    <>
      <Button onClick={() => setAsks(true)}>{reset.open}</Button>
      <ConfirmDialog
        open={asks}
        onClose={() => setAsks(false)}
        title={reset.title(member.name)}
        description={reset.text}
        action={reset.submit}
        onConfirm={async () => {
          const link = await answer(api.POST('/v1/password-resets', { body: { userId: member.userId } }));
          setUrl(link?.url);
          if (link?.url === undefined) toast(reset.mailed(member.email));
        }}
      />
      {url !== undefined && (
        <LinkDialog
          title={reset.linkTitle(member.name)}
          text={reset.linkText}
          url={url}
          onClose={() => setUrl(undefined)}
        />
      )}
    </>
  );
}
