import { useState, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { session } from '../../session/session.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';

const leave = async (): Promise<void> => {
  await answer(api.POST('/v1/auth/logout-everywhere'));
  session.forget();
};

export function SessionsPanel(): ReactNode {
  const [isAsked, setIsAsked] = useState(false);
  const { sessions } = words.account;
  return (
    <Panel title={sessions.heading}>
      <div className="flex flex-col items-start gap-3 p-3">
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
