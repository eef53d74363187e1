import type { ReactNode } from 'react';
import { useMay } from '../../app/workspace.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { EventTypesPanel } from './event-types-panel.js';
import { RetentionPanel } from './retention-panel.js';
import { WorkspacePanel } from './workspace-panel.js';

/** The workspace itself: its name, your rights in it, retention of topics, and the catalogue of event types. */
export function SettingsScreen(): ReactNode {
  const mayManageTopics = useMay('topics:manage');
  const mayReadTypes = useMay('event-types:read');
  return (
    <Page title={words.navigation.settings}>
      <WorkspacePanel />
      {mayManageTopics && <RetentionPanel />}
      {mayReadTypes && <EventTypesPanel />}
    </Page>
  );
}
