import Ellipsis from 'lucide-react/icons/ellipsis';
import type { ReactNode } from 'react';
import { IconButton } from '../../ui/button.js';
import { DataTable, type Column } from '../../ui/data-table.js';
import { Menu } from '../../ui/menu.js';
import { Moment } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import type { Activity } from './document-activity.js';
import type { Document } from './documents-queries.js';
import { exportDocument } from './export-document.js';
import { usePeople } from '../../queries/members-queries.js';

interface DocumentTableProps {
  readonly ws: string;
  readonly rows: readonly Document[];
  readonly activityOf: (id: string) => Activity;
  /** Undefined without the right. */
  readonly onRename: ((document: Document) => void) | undefined;
  readonly onDelete: ((document: Document) => void) | undefined;
}

const MAX_NAMES = 3;

export function DocumentTable({ ws, rows, activityOf, onRename, onDelete }: DocumentTableProps): ReactNode {
  const { nameOf } = usePeople();
  const { documents } = words;
  const namesOf = (ids: readonly string[]): string => {
    const names = ids.slice(0, MAX_NAMES).map(nameOf).join(', ');
    return ids.length > MAX_NAMES ? documents.moreOpen(names, ids.length - MAX_NAMES) : names;
  };
  const columns: Column<Document>[] = [
    {
      id: 'title',
      heading: documents.columns.title,
      width: 'minmax(7rem, 2fr)',
      cell: ({ id, title }) => (
        <>
          {activityOf(id).open.length > 0 && (
            <span aria-hidden="true" className="mr-1.5 inline-block size-2 rounded-full bg-good sm:hidden" />
          )}
          {title}
        </>
      ),
    },
    {
      id: 'open',
      heading: documents.columns.open,
      width: 'minmax(6rem, 1fr)',
      optional: true,
      cell: ({ id }) => {
        const { open } = activityOf(id);
        return (
          open.length > 0 && (
            <span className="flex items-center gap-1.5" title={namesOf(open)}>
              <span aria-hidden="true" className="size-2 shrink-0 rounded-full bg-good" />
              <span className="truncate">{namesOf(open)}</span>
            </span>
          )
        );
      },
    },
    {
      id: 'by',
      heading: documents.columns.by,
      width: 'minmax(6rem, 1fr)',
      optional: true,
      cell: ({ id }) => namesOf(activityOf(id).editors),
    },
    {
      id: 'changed',
      heading: documents.columns.changed,
      width: '6.5rem',
      right: true,
      cell: ({ updatedAt }) => <Moment at={updatedAt} />,
    },
    {
      id: 'actions',
      heading: <span className="sr-only">{documents.columns.actions}</span>,
      width: '3rem',
      cell: (document) => (
        <span className="relative z-1 flex">
          <Menu
            trigger={
              <IconButton label={documents.actionsOf(document.title)} className="!size-7">
                <Ellipsis className="size-4" aria-hidden="true" />
              </IconButton>
            }
            entries={[
              ...(onRename === undefined ? [] : [{ label: documents.rename, onSelect: () => onRename(document) }]),
              {
                label: documents.exportAs.markdown,
                onSelect: () => void exportDocument(ws, document.id, 'markdown'),
              },
              { label: documents.exportAs.text, onSelect: () => void exportDocument(ws, document.id, 'text') },
              ...(onDelete === undefined
                ? []
                : [{ label: documents.delete, onSelect: () => onDelete(document), danger: true }]),
            ]}
          />
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={words.navigation.documents}
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      linkOf={({ id }) => ({ to: '/w/$ws/documents/$id', params: { ws, id } })}
    />
  );
}
