import { Link, Outlet, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import Plus from 'lucide-react/icons/plus';
import { useMemo, useRef, type ReactNode } from 'react';
import { useShortcuts } from '../../app/shortcuts.js';
import { queries } from '../../api/queries.js';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { useChannelEvents } from '../../live/use-channel-events.js';
import type { AnyEvent } from '../../live/workspace-events.js';
import { buttonClass } from '../../ui/button.js';
import { Input } from '../../ui/field.js';
import { ListDetail } from '../../ui/list-detail.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { newestDeliveryKey, useProviders, useSources, type Source } from '../../queries/sources-queries.js';
import { SourcesTable } from './sources-table.js';
import { useLiveSources } from './use-live-sources.js';

function FollowChannel({
  channel,
  onEvent,
  onReload,
}: {
  readonly channel: string;
  readonly onEvent: (event: AnyEvent) => void;
  readonly onReload: () => void;
}): ReactNode {
  useChannelEvents(channel, onEvent, onReload);
  return null;
}

const fits = (source: Source, label: string | undefined, text: string): boolean =>
  `${source.name} ${source.provider} ${label ?? ''}`.toLowerCase().includes(text.trim().toLowerCase());

/** The sources of the workspace; one of them opens beside the list. */
export function SourcesScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const { id: activeId } = useParams({ strict: false });
  const { q = '' } = useSearch({ from: '/w/$ws/sources' });
  const navigate = useNavigate();
  const search = useRef<HTMLInputElement>(null);
  const query = useSources(ws);
  const providers = useProviders().data;
  const onEvent = useLiveSources(ws);
  const reload = (id: string): void => void queries.invalidateQueries({ queryKey: newestDeliveryKey(ws, id) });
  useShortcuts({ '/': () => search.current?.focus() });
  const labels = useMemo(() => new Map(providers?.map(({ name, label }) => [name, label])), [providers]);
  const mayManage = useMay('webhooks:manage');
  const { sources } = words;
  const add = mayManage && (
    <Link to="/w/$ws/sources/new" params={{ ws }} className={buttonClass('primary')}>
      <Plus className="size-4" aria-hidden="true" />
      {sources.add}
    </Link>
  );
  const listOf = (all: readonly Source[]): ReactNode => (
    <>
      {all.length > 0 && (
        <Input
          ref={search}
          type="search"
          aria-label={sources.search}
          placeholder={sources.search}
          value={q}
          onChange={({ target }) =>
            void navigate({ to: '.', search: target.value === '' ? {} : { q: target.value }, replace: true })
          }
          className="max-w-80"
        />
      )}
      <SourcesTable
        ws={ws}
        sources={all.filter((source) => fits(source, labels.get(source.provider), q))}
        labels={labels}
        activeId={activeId}
        empty={
          <Empty text={all.length > 0 ? sources.noneFits : mayManage ? sources.none : sources.noneReadOnly}>
            {all.length === 0 && add}
          </Empty>
        }
      />
    </>
  );
  return (
    <Page title={words.navigation.sources} fill actions={add}>
      {query.data?.map(({ id, ownChannel, channel }) =>
        ownChannel ? <FollowChannel key={id} channel={channel} onEvent={onEvent} onReload={() => reload(id)} /> : null,
      )}
      <ListDetail
        list={<Loaded query={query}>{listOf}</Loaded>}
        detail={activeId === undefined ? undefined : <Outlet />}
      />
    </Page>
  );
}
