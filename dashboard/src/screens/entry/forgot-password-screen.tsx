import { Link } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { EntryCard } from '../../session/entry-card.js';
import { useProviders } from '../../session/providers.js';
import { Button, buttonClass } from '../../ui/button.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice, Loaded } from '../../ui/notice.js';
import { useStep } from '../../ui/use-step.js';
import { words } from '../../words/words.js';

/** Requests a mail with a link; without a mail server, it says how else to get one. */
export function ForgotPasswordScreen(): ReactNode {
  const { forgot } = words.entry;
  return (
    <EntryCard heading={forgot.heading}>
      <Loaded query={useProviders()} rows={3}>
        {({ passwordReset }) => (passwordReset ? <RequestForm /> : <p>{forgot.noMail}</p>)}
      </Loaded>
      <Link to="/sign-in" className={buttonClass('quiet')}>
        {words.entry.back}
      </Link>
    </EntryCard>
  );
}

function RequestForm(): ReactNode {
  const [sentTo, setSentTo] = useState<string>();
  const { busy, error, run } = useStep();
  const { forgot } = words.entry;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get('email'));
    await run(async () => {
      await answer(api.POST('/v1/password-resets', { body: { email } }));
      setSentTo(email);
    });
  };
  if (sentTo !== undefined) return <p role="status">{forgot.sent(sentTo)}</p>;
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field label={words.signIn.email} hint={forgot.hint}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required />}
      </Field>
      <ErrorNotice error={error} />
      <Button type="submit" kind="primary" busy={busy}>
        {forgot.submit}
      </Button>
    </form>
  );
}
