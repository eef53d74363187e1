import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { CopyId } from '../../ui/copy.js';
import { MissingNodes } from '../../ui/missing-nodes.js';
import { Checkbox } from '../../ui/field.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { PlainTable } from '../../ui/plain-table.js';
import { words } from '../../words/words.js';
import { useSettings } from '../../queries/system-queries.js';

function Value({ value, secret, isDefault }: Schemas['Setting']): ReactNode {
  const { settings } = words.system;
  const note = secret && !isDefault ? settings.secretSet : settings.unset;
  if (value === null) return <span className="text-muted">{note}</span>;
  return <span className="font-mono text-xs break-all">{value}</span>;
}

/** The processes that have another value. */
function OtherValues({ others }: Pick<Schemas['Setting'], 'others'>): ReactNode {
  const { settings, process } = words.system;
  return others.map(({ nodeId, value }) => (
    <span key={nodeId} className="block text-xs text-warn">
      {settings.other(value)} <CopyId id={nodeId} what={process} />
    </span>
  ));
}

/** The settings that differ from the default, or all. The server never sends a secret. */
export function SettingsPanel({
  all,
  onAll,
}: {
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
}): ReactNode {
  const { settings } = words.system;
  return (
    <Panel
      title={settings.heading}
      actions={<Checkbox label={settings.all} checked={all} onChange={({ target }) => onAll(target.checked)} />}
    >
      <Loaded query={useSettings()}>
        {({ items, missing }) => {
          const rows = items.filter(({ isDefault, others }) => all || !isDefault || others.length > 0);
          if (rows.length === 0) return <Empty text={settings.nothing} />;
          return (
            <>
              <MissingNodes nodeIds={missing} />
              <PlainTable
                label={settings.table}
                rows={rows}
                rowId={({ name }) => name}
                columns={[
                  {
                    id: 'name',
                    heading: settings.name,
                    cell: ({ name, isDefault }) => (
                      <span className={isDefault ? 'font-mono text-xs' : 'font-mono text-xs font-semibold'}>
                        {name}
                      </span>
                    ),
                  },
                  {
                    id: 'value',
                    heading: settings.value,
                    cell: (setting) => (
                      <>
                        <Value {...setting} />
                        <OtherValues others={setting.others} />
                      </>
                    ),
                  },
                  {
                    id: 'about',
                    heading: settings.about,
                    optional: true,
                    cell: ({ description }) => <span className="text-muted">{description}</span>,
                  },
                ]}
              />
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
