import type { ReactNode } from 'react';
import { Loaded } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { CurrentStatus } from './current-status.js';
import { useStatus } from './status-queries.js';
import { TimerForm } from './timer-form.js';
import { Transactions } from './transactions.js';

/** The user's own status with its timer, which the server lets come due, and what that wrote. */
export function StatusScreen(): ReactNode {
  return (
    <Page title={words.navigation.status}>
      <Loaded query={useStatus()}>
        {(status) => (
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <CurrentStatus status={status} />
            <TimerForm status={status} />
            <Transactions />
          </div>
        )}
      </Loaded>
    </Page>
  );
}
