import type { ReactNode } from 'react';
import { classes } from './classes.js';
import type { Column } from './data-table.js';

/** A short table: all rows are in the document, and rows may be of different heights. */
export function PlainTable<Row>({
  label,
  columns,
  rows,
  rowId,
}: {
  readonly label: string;
  readonly columns: readonly Omit<Column<Row>, 'width'>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
}): ReactNode {
  const cell = ({ right, optional }: Omit<Column<Row>, 'width'>) =>
    classes('px-3 py-1.5 align-top', right === true && 'text-right', optional === true && 'max-sm:hidden');
  return (
    // Scrolls by keyboard too. The position keeps what only screen readers see inside of it.
    <div tabIndex={0} role="group" aria-label={label} className="relative overflow-x-auto">
      <table aria-label={label} className="w-full text-left text-sm">
        <thead>
          <tr className="border-b border-line text-muted">
            {columns.map((column) => (
              <th key={column.id} scope="col" className={classes(cell(column), 'font-medium whitespace-nowrap')}>
                {column.heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowId(row)} className="border-b border-line last:border-0 hover:bg-hover">
              {columns.map((column) => (
                <td key={column.id} className={cell(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
