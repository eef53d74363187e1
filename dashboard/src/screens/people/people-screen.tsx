import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { useWorkspaceEvents } from '../../live/workspace-events.js';
import { Page } from '../../ui/page.js';
import { Tabs } from '../../ui/tabs.js';
import { words } from '../../words/words.js';
import { AuditTab } from './audit/audit-tab.js';
import { InvitationsTab } from './invitations/invitations-tab.js';
import { MembersTab } from './members/members-tab.js';
import { membersKey } from '../../queries/members-queries.js';
import { RolesTab } from './roles/roles-tab.js';
import { validatePeopleSearch } from './people-search.js';
import { ChangesContext, useNewChanges } from './use-changes.js';
import { usePeopleSearch } from './use-people-search.js';

/** Members with their permissions, roles, and the audit log of the workspace. */
export function PeopleScreen(): ReactNode {
  const [search, change] = usePeopleSearch();
  const mayAudit = useMay('audit:read');
  const mayInvite = useMay('members:manage');
  const isClosed = (search.tab === 'audit' && !mayAudit) || (search.tab === 'invitations' && !mayInvite);
  const tab = isClosed ? 'members' : (search.tab ?? 'members');
  const changes = useNewChanges();
  const queries = useQueryClient();
  const { id: ws } = useWorkspace();
  useWorkspaceEvents(({ type }) => {
    if (type === 'workspace:member_joined') void queries.invalidateQueries({ queryKey: membersKey(ws) });
  });
  const { tabs } = words.people;
  const isOpen = (id: string): boolean => id === tab;
  return (
    <Page title={words.navigation.people}>
      <ChangesContext value={changes}>
        <Tabs
          label={tabs.label}
          active={tab}
          onChange={(id) => change({ tab: undefined, ...validatePeopleSearch({ tab: id }) })}
          tabs={[
            { id: 'members', label: tabs.members, content: isOpen('members') && <MembersTab /> },
            { id: 'roles', label: tabs.roles, content: isOpen('roles') && <RolesTab /> },
            ...(mayInvite
              ? [{ id: 'invitations', label: tabs.invitations, content: isOpen('invitations') && <InvitationsTab /> }]
              : []),
            ...(mayAudit ? [{ id: 'audit', label: tabs.audit, content: isOpen('audit') && <AuditTab /> }] : []),
          ]}
        />
      </ChangesContext>
    </Page>
  );
}
