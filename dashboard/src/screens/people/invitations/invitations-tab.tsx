import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, api } from '../../../api/api.js';
import { useWorkspace } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/dialog.js';
import { Moment } from '../../../ui/moment.js';
import { Empty, Loaded } from '../../../ui/notice.js';
import { Panel } from '../../../ui/page.js';
import { PlainTable } from '../../../ui/plain-table.js';
import { words } from '../../../words/words.js';
import { useRoles } from '../people-queries.js';
import { invitationsKey, useInvitations, type Invitation } from './invitation-queries.js';
import { InviteDialog } from './invite-dialog.js';

/** The open invitations, with the actions to invite and to revoke. */
export function InvitationsTab(): ReactNode {
  const { id: ws } = useWorkspace();
  const invitations = useInvitations();
  const roles = useRoles().data ?? [];
  const queries = useQueryClient();
  const [isInviting, setIsInviting] = useState(false);
  const [revoked, setRevoked] = useState<Invitation>();
  const { invite, invitations: text, tabs } = words.people;
  const open = (
    <Button kind="primary" onClick={() => setIsInviting(true)}>
      {invite.open}
    </Button>
  );
  return (
    <div className="pt-3">
      <Panel title={tabs.invitations} actions={open}>
        <Loaded query={invitations}>
          {(items) =>
            items.length === 0 ? <Empty text={text.empty} /> : <Table items={items} onRevoke={setRevoked} />
          }
        </Loaded>
      </Panel>
      {isInviting && <InviteDialog roles={roles} onClose={() => setIsInviting(false)} />}
      {revoked !== undefined && (
        <ConfirmDialog
          open
          onClose={() => setRevoked(undefined)}
          title={text.revokeTitle(revoked.email)}
          description={text.revokeText}
          action={text.revoke}
          onConfirm={async () => {
            await answer(api.DELETE('/v1/invitations/{id}', { params: { path: { id: revoked.id } } }));
            await queries.invalidateQueries({ queryKey: invitationsKey(ws) });
          }}
        />
      )}
    </div>
  );
}

function Table({
  items,
  onRevoke,
}: {
  readonly items: readonly Invitation[];
  readonly onRevoke: (invitation: Invitation) => void;
}): ReactNode {
  const { columns, revoke, revokeThis, byMail, byLink } = words.people.invitations;
  const { joinNot } = words.people.create;
  return (
    <PlainTable
      label={words.people.tabs.invitations}
      rows={items}
      rowId={({ id }) => id}
      columns={[
        { id: 'email', heading: columns.email, cell: ({ email }) => <span className="break-all">{email}</span> },
        { id: 'role', heading: columns.role, cell: ({ role }) => role ?? joinNot },
        { id: 'sent', heading: columns.sent, optional: true, cell: ({ mailed }) => (mailed ? byMail : byLink) },
        {
          id: 'created',
          heading: columns.created,
          optional: true,
          cell: ({ createdAt }) => <Moment at={createdAt} />,
        },
        { id: 'expires', heading: columns.expires, cell: ({ expiresAt }) => <Moment at={expiresAt} /> },
        {
          id: 'actions',
          heading: columns.actions,
          right: true,
          cell: (invitation) => (
            <Button
              size="small"
              kind="danger"
              aria-label={revokeThis(invitation.email)}
              onClick={() => onRevoke(invitation)}
            >
              {revoke}
            </Button>
          ),
        },
      ]}
    />
  );
}
