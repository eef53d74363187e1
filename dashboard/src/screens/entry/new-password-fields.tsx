import type { ReactNode } from 'react';
import { Field, Input } from '../../ui/field.js';
import { words } from '../../words/words.js';

const MIN_LENGTH = 12;

export interface NewPassword {
  readonly next: string;
  readonly again: string;
}

export const NO_PASSWORD: NewPassword = { next: '', again: '' };

export const isAcceptable = ({ next, again }: NewPassword): boolean => next.length >= MIN_LENGTH && next === again;

/** A new password, typed twice. */
export function NewPasswordFields({
  entered,
  onChange,
  isChecked,
}: {
  readonly entered: NewPassword;
  readonly onChange: (entered: NewPassword) => void;
  /** Whether faults are shown: after the first attempt to submit. */
  readonly isChecked: boolean;
}): ReactNode {
  const { password } = words.account;
  const isShort = isChecked && entered.next.length < MIN_LENGTH;
  const isDifferent = isChecked && !isShort && entered.next !== entered.again;
  const input = (name: keyof NewPassword) => ({
    type: 'password',
    name,
    autoComplete: 'new-password',
    required: true,
    value: entered[name],
    onChange: ({ target }: { target: { value: string } }) => onChange({ ...entered, [name]: target.value }),
  });
  return (
    <>
      <Field label={password.next} hint={password.nextHint} error={isShort ? password.short : undefined}>
        {(control) => <Input {...control} {...input('next')} />}
      </Field>
      <Field label={password.again} error={isDifferent ? password.different : undefined}>
        {(control) => <Input {...control} {...input('again')} />}
      </Field>
    </>
  );
}
