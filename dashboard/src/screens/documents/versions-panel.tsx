import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import X from 'lucide-react/icons/x';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { Button, IconButton } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { Input } from '../../ui/field.js';
import { Moment } from '../../ui/moment.js';
import { Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { toast, toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import type { DocumentSession } from './document-session.js';
import { keepVersion, useVersions, versionsKey, type Document, type DocumentVersion } from './documents-queries.js';
import { usePeople } from '../../queries/members-queries.js';
import { VersionView } from './version-view.js';

interface VersionsPanelProps {
  readonly document: Document;
  readonly session: DocumentSession | undefined;
  readonly mayWrite: boolean;
  readonly others: number;
}

function VersionRow({
  version,
  isChosen,
}: {
  readonly version: DocumentVersion;
  readonly isChosen: boolean;
}): ReactNode {
  const { nameOf } = usePeople();
  const { id, name, createdBy, createdAt } = version;
  return (
    <li>
      <Link
        to="."
        search={(search) => ({ ...search, panel: 'versions', version: id })}
        aria-current={isChosen ? 'true' : undefined}
        className={classes(
          'flex h-8 items-center gap-2 px-3',
          isChosen ? 'bg-accent-soft text-accent' : 'hover:bg-hover',
        )}
      >
        <span className={classes('min-w-0 grow truncate', name === null && !isChosen && 'text-muted')}>
          {name ?? words.documents.versions.automatic}
        </span>
        {createdBy !== null && (
          <span className={classes('max-w-28 truncate text-sm', !isChosen && 'text-muted')}>{nameOf(createdBy)}</span>
        )}
        <span className={classes('text-sm', !isChosen && 'text-muted')}>
          <Moment at={createdAt} />
        </span>
      </Link>
    </li>
  );
}

/** Keeps the present content under a name. */
function KeepForm({ document }: { readonly document: Document }): ReactNode {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const { versions } = words.documents;
  const keep = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await keepVersion(ws, document.id, name.trim());
      setName('');
      toast(versions.kept);
      await queries.invalidateQueries({ queryKey: versionsKey(ws, document.id) });
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void keep(event)} className="flex gap-2 border-b border-line p-3">
      <Input
        aria-label={versions.name}
        placeholder={versions.name}
        maxLength={200}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Button type="submit" busy={busy}>
        {versions.keep}
      </Button>
    </form>
  );
}

/** The versions of a document; the chosen one is in the address. */
export function VersionsPanel({ document, session, mayWrite, others }: VersionsPanelProps): ReactNode {
  const { id: ws } = useWorkspace();
  const { version } = useSearch({ from: '/w/$ws/documents/$id' });
  const navigate = useNavigate();
  const query = useVersions(ws, document.id);
  const { versions } = words.documents;
  return (
    <Panel
      title={versions.heading}
      className="min-h-0 w-full shrink-0 lg:w-104"
      actions={
        <IconButton label={versions.close} onClick={() => void navigate({ to: '.', search: {} })}>
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      }
    >
      {mayWrite && <KeepForm document={document} />}
      <Loaded query={query} rows={4}>
        {(items) =>
          items.length === 0 ? (
            <p className="p-3 text-muted">{versions.empty}</p>
          ) : (
            <div
              tabIndex={-1}
              className={classes('overflow-y-auto py-1', version !== undefined && 'max-h-48 shrink-0')}
            >
              <ul>
                {items.map((item) => (
                  <VersionRow key={item.id} version={item} isChosen={item.id === version} />
                ))}
              </ul>
              {query.hasNextPage && (
                <div className="p-2">
                  <Button size="small" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {versions.more}
                  </Button>
                </div>
              )}
            </div>
          )
        }
      </Loaded>
      {version !== undefined && (
        <VersionView
          key={version}
          document={document}
          version={version}
          session={session}
          mayWrite={mayWrite}
          others={others}
        />
      )}
    </Panel>
  );
}
