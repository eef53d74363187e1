import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../ui/page.js';
import { Tabs } from '../../ui/tabs.js';
import { words } from '../../words/words.js';
import { NotificationList } from './notification-list.js';
import { PreferencesView } from './preferences-view.js';

const LISTS = ['inbox', 'unread', 'archived'] as const;

/** The notifications of the signed-in user from all workspaces, and their preferences. */
export function NotificationsScreen(): ReactNode {
  const { view = 'inbox' } = useSearch({ from: '/w/$ws/notifications' });
  const navigate = useNavigate();
  const { views, viewsLabel } = words.notifications;
  return (
    <Page title={words.navigation.notifications}>
      <Tabs
        label={viewsLabel}
        active={view}
        onChange={(id) => void navigate({ to: '.', search: { view: id } } as never)}
        tabs={[
          ...LISTS.map((id) => ({ id, label: views[id], content: <NotificationList view={id} /> })),
          { id: 'preferences', label: views.preferences, content: <PreferencesView /> },
        ]}
      />
    </Page>
  );
}
