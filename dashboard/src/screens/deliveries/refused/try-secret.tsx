import { useState, type FormEvent, type ReactNode } from 'react';
import type { Schemas } from '../../../api/api.js';
import { useWorkspace } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { Field, Input } from '../../../ui/field.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { words } from '../../../words/words.js';
import { trySecret, type Refused } from './refused-queries.js';
import { useStep } from '../../../ui/use-step.js';

const { refused: text } = words.deliveries;

/** Asks whether a secret made the signature of a refused request. */
export function TrySecret({ request }: { readonly request: Refused }): ReactNode {
  const { id: ws } = useWorkspace();
  const [secret, setSecret] = useState('');
  const { busy, error, run } = useStep();
  const [fit, setFit] = useState<Schemas['SecretFit']>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setFit(undefined);
    await run(async () => {
      setFit(await trySecret(ws, request, secret));
    });
  };
  const cause = fit?.explanation ?? (fit?.cause === undefined ? '' : text.causes[fit.cause]);
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-2">
      <h3>{text.trySecret}</h3>
      <div className="flex items-start gap-2">
        <div className="grow">
          <Field label={text.secret} hint={text.trySecretHint}>
            {(control) => (
              <Input
                {...control}
                type="password"
                autoComplete="off"
                required
                maxLength={1_000}
                value={secret}
                onChange={({ target }) => setSecret(target.value)}
              />
            )}
          </Field>
        </div>
        <Button type="submit" busy={busy} className="mt-6">
          {text.try}
        </Button>
      </div>
      <p role="status" className="text-sm">
        {fit !== undefined && (fit.fits ? text.fits : text.fitsNot(cause.replace(/\.$/, '')))}
      </p>
      <ErrorNotice error={error} />
    </form>
  );
}
