import type { ReactNode } from 'react';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { EventTypesPanel } from './event-types-panel.js';
import { ExportPanel } from './export-panel.js';
import { KeepPanel } from './keep-panel.js';
import { OwnerPanel } from './owner-panel.js';
import { RetentionPanel } from './retention-panel.js';
import { WorkspacePanel } from './workspace-panel.js';

/** The workspace itself: its name, your rights in it, retention, the catalogue of event types, export and ownership. */
export function SettingsScreen(): ReactNode {
  const mayManageTopics = useMay('topics:manage');
  const mayChange = useMay('members:manage');
  const mayExport = useMay('workspace:export');
  const isOwner = useWorkspace().role === 'owner';
  const mayReadTypes = useMay('event-types:read');
  return (
    <Page title={words.navigation.settings}>
      <WorkspacePanel />
      {mayChange && <KeepPanel />}
      {mayManageTopics && <RetentionPanel />}
      {mayReadTypes && <EventTypesPanel />}
      {mayExport && <ExportPanel />}
      {isOwner && <OwnerPanel />}
    </Page>
  );
}
