import { useQueryClient } from '@tanstack/react-query';
import Plus from 'lucide-react/icons/plus';
import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { ApiKeyRow } from './api-key-row.js';
import { API_KEYS, revokeApiKey, useApiKeys, type ApiKey, type NewApiKey } from './api-key-queries.js';
import { KeyMadeDialog } from './key-made-dialog.js';
import { NewKeyDialog } from './new-key-dialog.js';

const HEAD = 'px-3 py-1.5 font-medium';

export function ApiKeysPanel(): ReactNode {
  const queries = useQueryClient();
  const query = useApiKeys();
  const [isCreating, setIsCreating] = useState(false);
  const [made, setMade] = useState<NewApiKey>();
  const [revoked, setRevoked] = useState<ApiKey>();
  const { keys } = words.account;
  const load = (): Promise<void> => queries.invalidateQueries({ queryKey: API_KEYS });
  const revoke = async ({ id, name }: ApiKey): Promise<void> => {
    await revokeApiKey(id);
    toast(keys.revoked(name));
    await load();
  };
  const newButton = (
    <Button size="small" onClick={() => setIsCreating(true)}>
      <Plus className="size-4" aria-hidden="true" />
      {keys.create}
    </Button>
  );
  return (
    <Panel title={keys.heading} actions={newButton} className="xl:col-span-2">
      <p className="px-3 pt-3 text-sm text-muted">{keys.hint}</p>
      <Loaded query={query} rows={3}>
        {(items) =>
          items.length === 0 ? (
            <Empty text={keys.empty} />
          ) : (
            <div tabIndex={0} role="region" aria-label={keys.heading} className="relative overflow-x-auto pt-2">
              <table className="w-full text-left text-sm">
                <thead className="border-b border-line text-muted">
                  <tr>
                    <th className={HEAD}>{keys.columns.name}</th>
                    <th className={HEAD}>{keys.columns.scopes}</th>
                    <th className={`${HEAD} text-right max-sm:hidden`}>{keys.columns.created}</th>
                    <th className={`${HEAD} text-right`}>{keys.columns.expires}</th>
                    <th className={HEAD}>
                      <span className="sr-only">{keys.columns.actions}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((key) => (
                    <ApiKeyRow key={key.id} apiKey={key} onRevoke={() => setRevoked(key)} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {query.hasNextPage && (
        <div className="p-3">
          <Button size="small" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {keys.loadMore}
          </Button>
        </div>
      )}
      {isCreating && (
        <NewKeyDialog
          onClose={() => setIsCreating(false)}
          onMade={(key) => {
            setMade(key);
            void load();
          }}
        />
      )}
      {made !== undefined && <KeyMadeDialog made={made} onClose={() => setMade(undefined)} />}
      {revoked !== undefined && (
        <ConfirmDialog
          open
          onClose={() => setRevoked(undefined)}
          title={keys.revokeThis(revoked.name)}
          description={keys.revokeHint}
          action={keys.revoke}
          onConfirm={() => revoke(revoked)}
        />
      )}
    </Panel>
  );
}
