import { Link, useLocation } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { EntryCard } from '../../session/entry-card.js';
import { session } from '../../session/session.js';
import { Button, buttonClass } from '../../ui/button.js';
import { ErrorNotice } from '../../ui/notice.js';
import { useStep } from '../../ui/use-step.js';
import { words } from '../../words/words.js';
import { isAcceptable, NewPasswordFields, NO_PASSWORD } from './new-password-fields.js';

/** Sets a new password by the token of a link, which is in the fragment of the address. */
export function ResetPasswordScreen(): ReactNode {
  const token = useLocation().hash;
  const [entered, setEntered] = useState(NO_PASSWORD);
  const [isChecked, setIsChecked] = useState(false);
  const [isDone, setIsDone] = useState(false);
  const { busy, error, run } = useStep();
  const { reset, back } = words.entry;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsChecked(true);
    if (!isAcceptable(entered)) return;
    await run(async () => {
      await answer(api.POST('/v1/password-resets/complete', { body: { token, password: entered.next } }));
      // The server has ended this session too, if there was one.
      session.forget();
      setIsDone(true);
    });
  };
  if (isDone) {
    return (
      <EntryCard heading={reset.heading}>
        <p role="status">{reset.done}</p>
        <Link to="/sign-in" className={buttonClass('primary')}>
          {words.signIn.heading}
        </Link>
      </EntryCard>
    );
  }
  return (
    <EntryCard heading={reset.heading}>
      <p className="text-muted">{token === '' ? reset.noToken : reset.hint}</p>
      {token !== '' && (
        <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <NewPasswordFields entered={entered} onChange={setEntered} isChecked={isChecked} />
          <ErrorNotice error={error} />
          <Button type="submit" kind="primary" busy={busy}>
            {reset.submit}
          </Button>
        </form>
      )}
      <Link to="/sign-in" className={buttonClass('quiet')}>
        {back}
      </Link>
    </EntryCard>
  );
}
