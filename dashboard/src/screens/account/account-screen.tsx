import type { ReactNode } from 'react';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { DeletedWorkspacesPanel } from '../../app/deleted-workspaces-panel.js';
import { ApiKeysPanel } from './api-keys-panel.js';
import { AppearancePanel } from './appearance-panel.js';
import { PasswordPanel } from './password-panel.js';
import { SessionsPanel } from './sessions-panel.js';
import { YouPanel } from './you-panel.js';

/** The signed-in user: who they are, their password, sessions and API keys. */
export function AccountScreen(): ReactNode {
  return (
    <Page title={words.navigation.account}>
      <div className="grid max-w-6xl items-start gap-4 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <YouPanel />
          <AppearancePanel />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <PasswordPanel />
          <SessionsPanel />
        </div>
        <ApiKeysPanel />
        <DeletedWorkspacesPanel className="xl:col-span-2" />
      </div>
    </Page>
  );
}
