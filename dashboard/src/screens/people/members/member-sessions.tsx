import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { allPages, pageQuery } from '../../../api/all-pages.js';
import { answer, api, type Schemas } from '../../../api/api.js';
import { SessionList } from '../../../session/session-list.js';
import { Button } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/dialog.js';
import { Loaded } from '../../../ui/notice.js';
import { toast } from '../../../ui/toast.js';
import { words } from '../../../words/words.js';

/** The sessions of a user, for administrators of the installation. */
export function MemberSessions({ userId, name }: { readonly userId: string; readonly name: string }): ReactNode {
  const [asks, setAsks] = useState(false);
  const queries = useQueryClient();
  const queryKey = ['users', userId, 'sessions'] as const;
  const query = useQuery({
    queryKey,
    queryFn: () =>
      allPages<Schemas['Session']>((cursor) =>
        answer(api.GET('/v1/users/{id}/sessions', { params: { path: { id: userId }, query: pageQuery(cursor) } })),
      ),
  });
  const { sessions: text } = words;
  const reload = (): Promise<void> => queries.invalidateQueries({ queryKey });
  const end = async ({ id: session }: Schemas['Session']): Promise<void> => {
    await answer(api.DELETE('/v1/users/{id}/sessions/{session}', { params: { path: { id: userId, session } } }));
    await reload();
  };
  const endAll = async (): Promise<void> => {
    await answer(api.DELETE('/v1/users/{id}/sessions', { params: { path: { id: userId } } }));
    await reload();
    toast(text.endedAll(name));
  };
  return (
    <>
      <div className="flex items-center gap-2 border-t border-line px-3 pt-2">
        <h3 className="mr-auto">{text.list}</h3>
        {(query.data?.length ?? 0) > 1 && (
          <Button size="small" kind="danger" onClick={() => setAsks(true)}>
            {text.endAll}
          </Button>
        )}
      </div>
      <Loaded query={query} rows={2}>
        {(items) => <SessionList sessions={items} onEnd={end} />}
      </Loaded>
      <ConfirmDialog
        open={asks}
        onClose={() => setAsks(false)}
        title={text.endAllTitle(name)}
        description={text.endAllHint}
        action={text.endAll}
        onConfirm={endAll}
      />
    </>
  );
}
