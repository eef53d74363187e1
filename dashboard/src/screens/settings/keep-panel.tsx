import type { ReactNode } from 'react';
import { Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { KeepForm } from './keep-form.js';
import { useWorkspaceDetails } from './settings-queries.js';

/** How long the workspace keeps its data, within the bounds of the installation. */
export function KeepPanel(): ReactNode {
  const { keep: text } = words.settings;
  return (
    <Panel title={text.heading}>
      <p className="px-3 pt-2 text-sm text-muted">{text.hint}</p>
      <Loaded query={useWorkspaceDetails()} rows={2}>
        {({ retention }) => <KeepForm key={JSON.stringify(retention)} retention={retention} />}
      </Loaded>
    </Panel>
  );
}
