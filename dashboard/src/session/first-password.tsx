import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.js';
import { words } from '../words/words.js';
import { EntryCard } from './entry-card.js';
import { ME } from './me.js';
import { PasswordForm } from './password-form.js';
import { session } from './session.js';

/** Shown instead of everything else until the user has replaced a password that another person knows. */
export function FirstPassword(): ReactNode {
  const queries = useQueryClient();
  const { firstPassword } = words.entry;
  return (
    <EntryCard heading={firstPassword.heading}>
      <p className="text-muted">{firstPassword.why}</p>
      <PasswordForm hint={firstPassword.hint} onChanged={() => void queries.invalidateQueries({ queryKey: ME })} />
      <Button kind="quiet" onClick={() => void session.signOut()}>
        {words.person.signOut}
      </Button>
    </EntryCard>
  );
}
