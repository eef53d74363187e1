import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Field, Input } from '../../ui/field.js';
import { MarkedText } from '../../ui/marked-text.js';
import { words } from '../../words/words.js';
import { mayGenerate, newSecret, problemOfSecret } from './new-secret.js';
import type { Provider } from '../../queries/sources-queries.js';

/** A signing secret to paste, or to generate where the sender takes one. Warns about its form while it is typed. */
export function SecretField({
  provider,
  value,
  onChange,
  label,
  error,
}: {
  readonly provider: Provider | undefined;
  readonly value: string;
  readonly onChange: (secret: string) => void;
  readonly label: string;
  /** Why the server refused it. */
  readonly error?: string | undefined;
}): ReactNode {
  const { secret } = words.sources;
  const problem = value === '' ? undefined : problemOfSecret(value);
  return (
    <Field
      label={label}
      error={error ?? (problem && secret.problems[problem])}
      hint={provider?.setup && <MarkedText text={provider.setup.secret} />}
    >
      {(control) => (
        <span className="flex gap-2">
          <Input
            {...control}
            value={value}
            onChange={({ target }) => onChange(target.value)}
            autoComplete="off"
            spellCheck={false}
            className="min-w-0 font-mono"
          />
          {provider !== undefined && mayGenerate(provider) && (
            <Button onClick={() => onChange(newSecret(provider))}>{secret.generate}</Button>
          )}
        </span>
      )}
    </Field>
  );
}
