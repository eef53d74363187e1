import type { ReactNode } from 'react';
import { PasswordForm } from '../../session/password-form.js';
import { Panel } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';

export function PasswordPanel(): ReactNode {
  const { password } = words.account;
  return (
    <Panel title={password.heading}>
      <div className="p-3">
        <PasswordForm
          hint={password.hint}
          onChanged={() => toast(password.changed, { description: password.changedHint })}
        />
      </div>
    </Panel>
  );
}
