import type { FormEvent, ReactNode } from 'react';
import { Button } from '../ui/button.js';
import { Field, Input } from '../ui/field.js';
import { ErrorNotice } from '../ui/notice.js';
import { words } from '../words/words.js';
import { session } from './session.js';
import { useStep } from '../ui/use-step.js';

export function SignIn(): ReactNode {
  const { busy, error, run } = useStep();
  const { signIn } = words;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    await run(async () => {
      await session.signIn(String(form.get('email')), String(form.get('password')));
    });
  };
  return (
    <main className="flex min-h-full items-center justify-center p-4">
      {/* `post`, so that the password is never part of an address. */}
      <form
        method="post"
        onSubmit={(event) => void submit(event)}
        className="flex w-full max-w-sm flex-col gap-4 rounded border border-line bg-surface p-6"
      >
        <div className="flex items-center gap-2">
          <img src="icon.svg" alt="" className="size-6" />
          <h1>{signIn.heading}</h1>
        </div>
        <Field label={signIn.email}>
          {(control) => <Input {...control} name="email" type="email" autoComplete="username" required />}
        </Field>
        <Field label={signIn.password} hint={signIn.hint}>
          {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        <ErrorNotice error={error} />
        <Button type="submit" kind="primary" busy={busy}>
          {signIn.submit}
        </Button>
      </form>
    </main>
  );
}
