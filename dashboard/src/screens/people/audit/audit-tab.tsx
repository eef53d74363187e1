import { useMemo, type ReactNode } from 'react';
import { Button } from '../../../ui/button.js';
import { classes } from '../../../ui/classes.js';
import { shortId } from '../../../ui/copy.js';
import { DataTable, type Column } from '../../../ui/data-table.js';
import { Moment } from '../../../ui/moment.js';
import { Empty, Loaded } from '../../../ui/notice.js';
import { useMedia } from '../../../ui/use-media.js';
import { words } from '../../../words/words.js';
import { useMembers } from '../../../queries/members-queries.js';
import { useAudit, type AuditEntry } from '../people-queries.js';
import { usePeopleSearch } from '../use-people-search.js';
import { AuditDetail } from './audit-detail.js';
import { AuditFilters } from './audit-filters.js';
import { AuditTools } from './audit-tools.js';
import type { NameOf } from './name-of.js';

/** The changes of the workspace with their states before and after. */
export function AuditTab(): ReactNode {
  const [search, change] = usePeopleSearch();
  const audit = useAudit({ action: search.action, actor: search.actor, from: search.from, to: search.to });
  const members = useMembers().data;
  const isWide = useMedia('(min-width: 1024px)');
  const entries = useMemo(() => audit.data?.pages.flatMap(({ items }) => items), [audit.data]);
  const names = new Map(members?.map(({ userId, name }) => [userId, name]));
  const nameOf: NameOf = (id) => (id === null ? words.people.audit.service : (names.get(id) ?? shortId(id)));
  const open = entries?.find(({ position }) => position === search.entry);
  const detail = open !== undefined && (
    <AuditDetail entry={open} nameOf={nameOf} onClose={() => change({ entry: undefined })} />
  );
  const { audit: text, empty } = words.people;
  if (!isWide && detail !== false) return <div className="pt-3">{detail}</div>;
  return (
    <div className="flex flex-col gap-3 pt-3">
      <div className="flex flex-wrap items-end gap-3">
        <AuditFilters members={members ?? []} />
        <AuditTools />
      </div>
      <Loaded query={{ ...audit, data: entries }}>
        {(rows) => (
          <div className={classes('grid items-start gap-3', detail !== false && 'lg:grid-cols-[minmax(0,1fr)_24rem]')}>
            <div className="flex max-h-[calc(100dvh-16rem)] min-h-60 min-w-0 flex-col gap-2">
              <DataTable
                label={text.list}
                columns={columnsFor(nameOf)}
                rows={rows}
                rowId={({ position }) => String(position)}
                activeId={String(search.entry)}
                linkOf={({ position }) =>
                  ({
                    to: '.',
                    search: (before: object) => ({ ...before, entry: position }),
                    resetScroll: false,
                  }) as never
                }
                empty={<Empty text={empty.audit} />}
              />
              {audit.hasNextPage && (
                <Button
                  busy={audit.isFetchingNextPage}
                  onClick={() => void audit.fetchNextPage()}
                  className="self-start"
                >
                  {text.more}
                </Button>
              )}
            </div>
            {detail}
          </div>
        )}
      </Loaded>
    </div>
  );
}

function columnsFor(nameOf: NameOf): readonly Column<AuditEntry>[] {
  const { columns } = words.people.audit;
  return [
    { id: 'action', heading: columns.action, width: 'minmax(9rem, 1fr)', cell: ({ action }) => action },
    {
      id: 'target',
      heading: columns.target,
      width: 'minmax(6rem, 1fr)',
      cell: ({ target }) => nameOfTarget(target, nameOf),
    },
    {
      id: 'actor',
      heading: columns.actor,
      width: 'minmax(6rem, 1fr)',
      optional: true,
      cell: ({ actorId }) => nameOf(actorId),
    },
    { id: 'at', heading: columns.at, width: '6rem', right: true, cell: ({ at }) => <Moment at={at} /> },
    {
      id: 'position',
      heading: columns.position,
      width: '4rem',
      right: true,
      optional: true,
      cell: ({ position }) => position,
    },
  ];
}

/** A target is an id, or the name of a role. */
const UUID = /^[0-9a-f-]{36}$/;
const nameOfTarget = (target: string | null, nameOf: NameOf): string =>
  target === null ? '' : UUID.test(target) ? nameOf(target) : target;
