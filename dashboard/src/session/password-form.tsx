import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api } from '../api/api.js';
import { problemOf } from '../api/problem.js';
import { useMe } from './me.js';
import { Button } from '../ui/button.js';
import { Field, Input } from '../ui/field.js';
import { ErrorNotice } from '../ui/notice.js';
import { words } from '../words/words.js';
import { useStep } from '../ui/use-step.js';

const MIN_LENGTH = 12;
const EMPTY = { current: '', next: '', again: '' };

/** Changes the password of the signed-in user. */
export function PasswordForm({
  hint,
  onChanged,
}: {
  readonly hint: string;
  readonly onChanged: () => void;
}): ReactNode {
  const email = useMe().data?.user.email;
  const [entered, setEntered] = useState(EMPTY);
  const [isChecked, setIsChecked] = useState(false);
  const { busy, error, run } = useStep();
  const { password } = words.account;
  const isShort = entered.next.length < MIN_LENGTH;
  const isDifferent = entered.next !== entered.again;
  const isWrong = error !== undefined && problemOf(error).code === 'auth.wrong-password';

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsChecked(true);
    if (isShort || isDifferent) return;
    await run(async () => {
      await answer(api.POST('/v1/me/password', { body: { current: entered.current, new: entered.next } }));
      setEntered(EMPTY);
      setIsChecked(false);
      onChanged();
    });
  };
  const input = (name: keyof typeof EMPTY, autoComplete: string) => ({
    type: 'password',
    name,
    autoComplete,
    required: true,
    value: entered[name],
    onChange: ({ target }: { target: { value: string } }) => setEntered({ ...entered, [name]: target.value }),
  });
  return (
    // `post`, so that a password is never part of an address.
    <form method="post" onSubmit={(event) => void submit(event)} className="flex max-w-md flex-col gap-3">
      {/* Password managers store the password under this name. */}
      <input type="text" hidden readOnly autoComplete="username" value={email ?? ''} />
      <Field label={password.current} error={isWrong ? problemOf(error).title : undefined}>
        {(control) => <Input {...control} {...input('current', 'current-password')} />}
      </Field>
      <Field label={password.next} hint={password.nextHint} error={isChecked && isShort ? password.short : undefined}>
        {(control) => <Input {...control} {...input('next', 'new-password')} />}
      </Field>
      <Field label={password.again} error={isChecked && !isShort && isDifferent ? password.different : undefined}>
        {(control) => <Input {...control} {...input('again', 'new-password')} />}
      </Field>
      <ErrorNotice error={error} />
      <p className="text-sm text-muted">{hint}</p>
      <div>
        <Button type="submit" kind="primary" busy={busy}>
          {password.change}
        </Button>
      </div>
    </form>
  );
}
