import type { ReactNode } from 'react';
import { Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { RetentionForm } from './retention-form.js';
import { useRetention } from './settings-queries.js';

/** How long topics keep their events. */
export function RetentionPanel(): ReactNode {
  const { retention: text } = words.settings;
  return (
    <Panel title={text.heading}>
      <p className="px-3 pt-2 text-sm text-muted">{text.hint}</p>
      <Loaded query={useRetention()} rows={2}>
        {({ rules }) => <RetentionForm key={JSON.stringify(rules)} rules={rules} />}
      </Loaded>
    </Panel>
  );
}
