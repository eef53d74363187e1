import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../../app/workspace.js';
import { buttonClass } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { EventTypeForm } from './event-type-form.js';
import { useEventTypes, type EventType } from './settings-queries.js';
import type { SettingsSearch } from './settings-search.js';

/** The catalogue of event types; one of them opens beside the list. */
export function EventTypesPanel(): ReactNode {
  const mayManage = useMay('event-types:manage');
  const { types: text } = words.settings;
  return (
    <Panel
      title={text.heading}
      actions={
        mayManage && (
          <Link to="." search={{ type: '+' } as never} resetScroll={false} className={buttonClass('plain', 'small')}>
            {text.add}
          </Link>
        )
      }
    >
      <p className="px-3 py-2 text-sm text-muted">{text.hint}</p>
      <Loaded query={useEventTypes()} rows={3}>
        {(types) => <Catalogue types={types} mayManage={mayManage} />}
      </Loaded>
    </Panel>
  );
}

function Catalogue({
  types,
  mayManage,
}: {
  readonly types: readonly EventType[];
  readonly mayManage: boolean;
}): ReactNode {
  const { type: openType }: SettingsSearch = useSearch({ from: '/w/$ws/settings' });
  const navigate = useNavigate();
  const { types: text } = words.settings;
  const open = types.find(({ type }) => type === openType);
  const isNew = openType === '+' && mayManage;
  const show = (type: string | undefined): void =>
    void navigate({ to: '.', search: type === undefined ? {} : { type }, resetScroll: false } as never);
  if (types.length === 0 && !isNew) return <Empty text={text.none} />;
  return (
    <div className="grid items-start border-t border-line md:grid-cols-[minmax(14rem,20rem)_minmax(0,1fr)]">
      <nav aria-label={text.list} className="flex max-h-96 flex-col overflow-y-auto">
        {types.map(({ type, description, schema }) => (
          <Link
            key={type}
            to="."
            search={{ type } as never}
            resetScroll={false}
            aria-current={type === openType || undefined}
            className={classes('flex flex-col px-3 py-1.5 hover:bg-hover', type === openType && 'bg-accent-soft')}
          >
            <span className="flex items-baseline gap-2">
              <span className="min-w-0 truncate font-mono text-sm">{type}</span>
              <span className="ml-auto text-xs whitespace-nowrap text-muted">
                {schema === undefined ? text.anyPayload : text.withSchema}
              </span>
            </span>
            <span className="truncate text-sm text-muted">{description}</span>
          </Link>
        ))}
      </nav>
      {(isNew || open !== undefined) && (
        <EventTypeForm
          key={open === undefined ? '+' : `${open.type} ${open.updatedAt}`}
          eventType={open}
          mayManage={mayManage}
          onShow={show}
        />
      )}
    </div>
  );
}
