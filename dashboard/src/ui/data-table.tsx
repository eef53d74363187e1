import { useNavigate, type LinkProps } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useShortcuts } from '../app/shortcuts.js';
import { words } from '../words/words.js';
import { classes } from './classes.js';
import { DataRow, cellClass, type Column } from './data-row.js';

export type { Column } from './data-row.js';

export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** The address of a row; a click, Enter and a new tab open it. */
  readonly linkOf?: (row: Row) => LinkProps;
  readonly activeId?: string | undefined;
  readonly selection?: { readonly ids: ReadonlySet<string>; readonly onChange: (ids: Set<string>) => void };
  /** Called when the end comes into view. */
  readonly onEnd?: () => void;
  readonly empty?: ReactNode;
}

const ROW_HEIGHT = 32;

/** Rows of a list, of which only the visible ones are in the document. `j` and `k` move, Enter opens, `x` selects. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { label, columns, rows, rowId, linkOf, activeId, selection, onEnd, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(-1);
  const navigate = useNavigate();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: useCallback((index: number) => rowId(rows[index] as Row), [rowId, rows]),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 20) onEnd?.();
  }, [last, rows.length, onEnd]);

  const move = useCallback(
    (by: number) => {
      const next = Math.max(0, Math.min(rows.length - 1, cursor + by));
      setCursor(next);
      virtual.scrollToIndex(next);
    },
    [cursor, rows.length, virtual],
  );
  const chosen = useRef(selection);
  useEffect(() => {
    chosen.current = selection;
  });
  const toggle = useCallback((id: string): void => {
    if (chosen.current === undefined) return;
    const ids = new Set(chosen.current.ids);
    if (!ids.delete(id)) ids.add(id);
    chosen.current.onChange(ids);
  }, []);
  const current = rows[cursor];
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      if (current !== undefined && linkOf !== undefined) void navigate(linkOf(current) as never);
    },
    x: () => {
      if (current !== undefined) toggle(rowId(current));
    },
  });

  const template = [selection === undefined ? '' : '2rem', ...columns.map(({ width }) => width)].join(' ').trim();
  const narrow = [
    selection === undefined ? '' : '2rem',
    ...columns.filter(({ optional }) => optional !== true).map(({ width }) => width),
  ]
    .join(' ')
    .trim();
  const grid = { '--columns': template, '--narrow': narrow } as React.CSSProperties;
  if (rows.length === 0 && empty !== undefined) return empty;
  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      style={grid}
      className="relative min-h-40 grow overflow-auto rounded border border-line bg-surface text-sm"
    >
      <div role="rowgroup" className="sticky top-0 z-10">
        <div
          role="row"
          className="grid h-8 min-w-fit grid-cols-(--narrow) items-center border-b border-line bg-surface text-muted sm:grid-cols-(--columns)"
        >
          {selection !== undefined && (
            <span role="columnheader" className="px-2">
              <span className="sr-only">{words.list.select}</span>
            </span>
          )}
          {columns.map((column) => (
            <span key={column.id} role="columnheader" className={classes(cellClass(column), 'font-medium')}>
              {column.heading}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start, key }) => {
          const row = rows[index] as Row;
          const id = rowId(row);
          return (
            <DataRow
              key={key}
              id={id}
              row={row}
              index={index}
              start={start}
              columns={columns as readonly Column<unknown>[]}
              linkOf={linkOf as ((row: unknown) => LinkProps) | undefined}
              isCurrent={index === cursor}
              isActive={id === activeId}
              isSelected={selection?.ids.has(id)}
              onToggle={toggle}
            />
          );
        })}
      </div>
    </div>
  );
}
