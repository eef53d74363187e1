import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, type ReactNode } from 'react';
import { useWorkspace } from '../../../app/workspace.js';
import { useMe } from '../../../session/me.js';
import { classes } from '../../../ui/classes.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { allPermissions, rulesOf, type RolePermissions } from '../people-queries.js';
import { choicesFor, choiceOf } from '../rules/choices.js';
import { explain } from '../rules/explain.js';
import { byNoun, parsePermission } from '../../../app/permission.js';
import { MatrixCell } from './matrix-cell.js';
import { useGridFocus } from './use-grid-focus.js';

const ROW_HEIGHT = 32;
const FIRST = 'sticky left-0 z-10 flex w-52 shrink-0 items-center border-r border-line';
/** The width of a column in rem, as `w-12.5`: 17 of them fit into a window of 1280 px. */
const COLUMN_REM = 3.125;
const COLUMN = 'flex w-12.5 shrink-0 items-center justify-center';

/** Members as rows and permissions as columns, grouped by noun. Only the visible rows are in the document. */
export function PermissionMatrix({
  members,
  roles,
  activeId,
}: {
  readonly members: readonly Member[];
  readonly roles: RolePermissions;
  readonly activeId: string | undefined;
}): ReactNode {
  const workspace = useWorkspace();
  const myId = useMe().data?.user.id;
  const groups = useMemo(() => byNoun(allPermissions(roles)), [roles]);
  const permissions = groups.flatMap(([, names]) => names);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: members.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (index) => (members[index] as Member).userId,
  });
  const focus = useGridFocus(scroller, members.length, permissions.length + 1, (row) => virtual.scrollToIndex(row));
  const { matrix } = words.people;

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={matrix.label}
      aria-rowcount={members.length + 2}
      aria-colcount={permissions.length + 1}
      onKeyDown={focus.onKeyDown}
      onFocus={focus.onFocus}
      className="max-h-[calc(100dvh-19rem)] min-h-40 overflow-auto rounded border border-line bg-surface text-sm"
    >
      <div role="rowgroup" className="sticky top-0 z-20 w-max min-w-full border-b border-line bg-surface text-muted">
        <div role="row" aria-rowindex={1} className="flex h-6">
          <span role="columnheader" className={classes(FIRST, 'bg-surface')} />
          {groups.map(([noun, names], group) => (
            <span
              key={noun}
              role="columnheader"
              aria-colspan={names.length}
              style={{ width: `${names.length * COLUMN_REM}rem` }}
              className={classes(
                'flex shrink-0 items-end justify-center text-xs font-semibold whitespace-nowrap text-text',
                group > 0 && 'border-l border-line',
              )}
            >
              {noun}
            </span>
          ))}
        </div>
        <div role="row" aria-rowindex={2} className="flex h-6">
          <span role="columnheader" className={classes(FIRST, 'bg-surface px-2 font-medium')}>
            {matrix.member}
          </span>
          {groups.flatMap(([, names], group) =>
            names.map((name, place) => (
              <span
                key={name}
                role="columnheader"
                className={classes(COLUMN, 'text-xs', place === 0 && group > 0 && 'border-l border-line')}
              >
                <span className="sr-only">{name}</span>
                <span aria-hidden="true">{parsePermission(name).verb}</span>
              </span>
            )),
          )}
        </div>
      </div>
      <div role="rowgroup" className="relative w-max min-w-full" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const member = members[index] as Member;
          const rules = rulesOf(member, roles);
          const isActive = member.userId === activeId;
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 3}
              style={{ transform: `translateY(${start}px)` }}
              className={classes(
                'group absolute top-0 left-0 flex h-8 min-w-full border-b border-line',
                isActive ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <span
                role="rowheader"
                className={classes(
                  FIRST,
                  'gap-2 px-2',
                  isActive ? 'bg-accent-soft' : 'bg-surface group-hover:bg-hover',
                )}
              >
                <Link
                  to="."
                  search={((before: object) => ({ ...before, member: member.userId })) as never}
                  resetScroll={false}
                  title={`${member.name} · ${member.email}`}
                  data-cell={`${index}:0`}
                  tabIndex={focus.tabIndexOf(index, 0)}
                  className="min-w-0 truncate font-medium hover:underline"
                >
                  {member.name}
                </Link>
                {member.userId === myId && <span className="text-xs text-muted">{matrix.you}</span>}
                <span className="ml-auto shrink-0 truncate text-xs text-muted">{member.role}</span>
              </span>
              {groups.flatMap(([, names], group) =>
                names.map((permission, place) => {
                  const column = permissions.indexOf(permission) + 1;
                  return (
                    <span
                      key={permission}
                      role="gridcell"
                      aria-colindex={column + 1}
                      data-cell={`${index}:${column}`}
                      className={classes(COLUMN, place === 0 && group > 0 && 'border-l border-line')}
                    >
                      <MatrixCell
                        cell={{ userId: member.userId, permission }}
                        explanation={explain(rules, permission)}
                        isChangeable={isChangeable(choicesFor(workspace, rules, permission), member, permission)}
                        tabIndex={focus.tabIndexOf(index, column)}
                      />
                    </span>
                  );
                }),
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Whether one of the choices differs from the present one. */
const isChangeable = (choices: readonly string[], member: Member, permission: string): boolean =>
  choices.some((choice) => choice !== choiceOf(member, permission));
