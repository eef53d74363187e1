import type { ReactNode } from 'react';
import { Loaded } from '../../ui/notice.js';
import { KindPreferences } from './kind-preferences.js';
import { usePreferences } from './notification-queries.js';
import { PushSwitch } from './push-switch.js';
import { QuietHours } from './quiet-hours.js';

/** The ways and the times in which notifications reach the user. */
export function PreferencesView(): ReactNode {
  return (
    <Loaded query={usePreferences()}>
      {(preferences) => (
        <div className="grid items-start gap-4 pt-4 lg:grid-cols-2">
          <PushSwitch />
          <QuietHours preferences={preferences} />
          <KindPreferences preferences={preferences} />
        </div>
      )}
    </Loaded>
  );
}
