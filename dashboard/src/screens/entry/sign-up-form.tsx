import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { ProviderLinks } from '../../session/providers.js';
import { session } from '../../session/session.js';
import { Button } from '../../ui/button.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { useStep } from '../../ui/use-step.js';
import { words } from '../../words/words.js';
import { isAcceptable, NewPasswordFields, NO_PASSWORD } from './new-password-fields.js';

/** Creates the account of an invited person. */
export function SignUpForm({
  token,
  held,
  onDone,
}: {
  readonly token: string;
  readonly held: Schemas['OpenInvitation'];
  readonly onDone: () => void;
}): ReactNode {
  const [name, setName] = useState(held.name ?? '');
  const [entered, setEntered] = useState(NO_PASSWORD);
  const [isChecked, setIsChecked] = useState(false);
  const navigate = useNavigate();
  const { busy, error, run } = useStep();
  const { invitation } = words.entry;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsChecked(true);
    if (!isAcceptable(entered)) return;
    await run(async () => {
      await session.signUp(token, name.trim(), entered.next);
      onDone();
      await navigate({ to: '/' });
    });
  };
  return (
    <>
      {/* `post`, so that a password is never part of an address. */}
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        {/* Password managers store the password under this name. */}
        <input type="text" hidden readOnly autoComplete="username" value={held.email} />
        <Field label={invitation.name}>
          {(control) => (
            <Input
              {...control}
              name="name"
              maxLength={200}
              autoComplete="name"
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <NewPasswordFields entered={entered} onChange={setEntered} isChecked={isChecked} />
        <ErrorNotice error={error} />
        <Button type="submit" kind="primary" busy={busy}>
          {invitation.submit}
        </Button>
      </form>
      <ProviderLinks />
    </>
  );
}
