import { Link } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { Button } from '../ui/button.js';
import { Field, Input } from '../ui/field.js';
import { ErrorNotice } from '../ui/notice.js';
import { useStep } from '../ui/use-step.js';
import { words } from '../words/words.js';
import { ProviderLinks } from './providers.js';
import { session } from './session.js';

/** Signs in with a password, or leads to an issuer. */
export function SignInForm({ email }: { readonly email?: string }): ReactNode {
  const { busy, error, run } = useStep();
  const { signIn } = words;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    await run(() => session.signIn(String(form.get('email')), String(form.get('password'))));
  };
  return (
    <>
      {/* `post`, so that the password is never part of an address. */}
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label={signIn.email}>
          {(control) => (
            <Input {...control} name="email" type="email" autoComplete="username" required defaultValue={email} />
          )}
        </Field>
        <Field label={signIn.password} hint={signIn.hint}>
          {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        <ErrorNotice error={error} />
        <Button type="submit" kind="primary" busy={busy}>
          {signIn.submit}
        </Button>
      </form>
      <Link to="/forgot-password" className="self-center text-sm text-accent underline">
        {signIn.forgot}
      </Link>
      <ProviderLinks />
    </>
  );
}
