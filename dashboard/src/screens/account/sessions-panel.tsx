import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { allPages, pageQuery } from '../../api/all-pages.js';
import { answer, api, type Schemas } from '../../api/api.js';
import { SessionList } from '../../session/session-list.js';
import { session } from '../../session/session.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';

const OWN_SESSIONS = ['me', 'sessions'] as const;

const leave = async (): Promise<void> => {
  await answer(api.POST('/v1/auth/logout-everywhere'));
  session.forget();
};

/** The sessions of the signed-in user, on all devices. */
export function SessionsPanel(): ReactNode {
  const [isAsked, setIsAsked] = useState(false);
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: OWN_SESSIONS,
    queryFn: () =>
      allPages<Schemas['Session']>((cursor) =>
        answer(api.GET('/v1/me/sessions', { params: { query: pageQuery(cursor) } })),
      ),
  });
  const { sessions } = words.account;
  const end = async ({ id, current }: Schemas['Session']): Promise<void> => {
    await answer(api.DELETE('/v1/me/sessions/{id}', { params: { path: { id } } }));
    if (current) session.forget();
    else await queries.invalidateQueries({ queryKey: OWN_SESSIONS });
  };
  return (
    <Panel title={sessions.heading}>
      <Loaded query={query} rows={2}>
        {(items) => <SessionList sessions={items} onEnd={end} />}
      </Loaded>
      <div className="flex flex-col items-start gap-3 border-t border-line p-3">
        <p className="text-sm text-muted">{sessions.hint}</p>
        <Button kind="danger" onClick={() => setIsAsked(true)}>
          {sessions.everywhere}
        </Button>
      </div>
      <ConfirmDialog
        open={isAsked}
        onClose={() => setIsAsked(false)}
        title={sessions.confirm}
        description={sessions.confirmHint}
        action={sessions.everywhere}
        onConfirm={leave}
      />
    </Panel>
  );
}
