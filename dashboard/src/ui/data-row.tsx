import { Link, type LinkProps } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import { words } from '../words/words.js';
import { classes } from './classes.js';

export interface Column<Row> {
  readonly id: string;
  readonly heading: ReactNode;
  /** A CSS grid track, e.g. `minmax(8rem, 1fr)` or `6rem`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  readonly right?: boolean;
  /** Hidden below 640 px. */
  readonly optional?: boolean;
}

// `clip`, because `hidden` scrolls by the padding when the link inside gets the focus.
export const cellClass = ({ right, optional }: Pick<Column<never>, 'right' | 'optional'>): string =>
  classes(
    'min-w-0 overflow-clip px-2 text-ellipsis whitespace-nowrap',
    right === true && 'text-right',
    optional === true && 'max-sm:hidden',
  );

interface DataRowProps {
  readonly id: string;
  readonly row: unknown;
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly start: number;
  readonly columns: readonly Column<unknown>[];
  readonly linkOf: ((row: unknown) => LinkProps) | undefined;
  readonly isCurrent: boolean;
  readonly isActive: boolean;
  /** Undefined in a list without selection. */
  readonly isSelected: boolean | undefined;
  readonly onToggle: (id: string) => void;
}

/**
 * A row of a DataTable. Scrolling renders the rows that come into view only, provided that `columns` and `linkOf` stay
 * the same.
 */
export const DataRow = memo(function DataRow(props: DataRowProps): ReactNode {
  const { id, row, index, start, columns, linkOf, isCurrent, isActive, isSelected, onToggle } = props;
  const link = linkOf?.(row);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={{ transform: `translateY(${start}px)` }}
      className={classes(
        'absolute inset-x-0 grid h-8 grid-cols-(--narrow) items-center border-b border-line sm:grid-cols-(--columns)',
        isCurrent && 'outline-2 -outline-offset-2 outline-accent',
        isActive ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      {isSelected !== undefined && (
        <span role="cell" className="relative z-10 flex px-2">
          <input
            type="checkbox"
            aria-label={words.list.select}
            checked={isSelected}
            onChange={() => onToggle(id)}
            className="size-4 accent-accent"
          />
        </span>
      )}
      {columns.map((column, place) => (
        <span key={column.id} role="cell" className={cellClass(column)}>
          {place === 0 && link !== undefined ? (
            // The link covers the row, so that any row opens in a tab of its own.
            <Link {...link} className="after:absolute after:inset-0 after:content-['']">
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </span>
      ))}
    </div>
  );
});
