import { useState, type FormEvent, type ReactNode } from 'react';
import { problemOf } from '../../api/problem.js';
import { Button } from '../../ui/button.js';
import { Checkbox, Field, Input } from '../../ui/field.js';
import { MarkedText } from '../../ui/marked-text.js';
import { ErrorNotice } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import { choosesSecret, mayGenerate, newSecret } from './new-secret.js';
import { OptionFields } from './option-fields.js';
import { StepsBefore } from './steps-before.js';
import { optionsOf, type OptionTexts, type Schema } from './option-schema.js';
import { SecretField } from './secret-field.js';
import { createSource, type Provider } from '../../queries/sources-queries.js';
import { useStep } from '../../ui/use-step.js';

export interface Made {
  readonly id: string;
  /** The secret that the user chose. Shown until the page is left, to be entered at the sender. */
  readonly secret: string | undefined;
  readonly warnings: readonly string[];
}

/** Asks for what a source of one sender needs, and creates it. */
export function NewSourceForm({
  ws,
  provider,
  onMade,
}: {
  readonly ws: string;
  readonly provider: Provider;
  readonly onMade: (made: Made) => void;
}): ReactNode {
  const { wizard, secret: secretWords } = words.sources;
  const [name, setName] = useState(provider.label);
  const [secret, setSecret] = useState(() => (choosesSecret(provider) ? newSecret(provider) : ''));
  const [comesLater, setComesLater] = useState(provider.secretFrom === 'sender' && provider.secretAfterUrl);
  const [texts, setTexts] = useState<OptionTexts>({});
  const [invalid, setInvalid] = useState<string>();
  const { busy, error, run } = useStep();
  const schema = provider.options as Schema | null;
  const takesSecret = provider.secrets === 'required';
  const refusal = error === undefined ? undefined : problemOf(error);
  const isOfSecret = refusal?.code === 'source.invalid-secrets';
  const create = async (): Promise<void> => {
    const read = optionsOf(schema, texts);
    if ('invalid' in read) return setInvalid(read.invalid);
    setInvalid(undefined);
    await run(async () => {
      const used = takesSecret && !comesLater ? secret : undefined;
      const body = { name, provider: provider.name, secrets: used === undefined ? [] : [used], options: read.options };
      const { id, warnings } = await createSource(ws, body);
      onMade({ id, warnings, secret: mayGenerate(provider) ? used : undefined });
    });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void create();
  };
  return (
    <form onSubmit={submit} className="flex max-w-xl flex-col gap-4">
      <Field label={wizard.name} hint={wizard.nameHint}>
        {(control) => (
          <Input {...control} value={name} onChange={({ target }) => setName(target.value)} required maxLength={120} />
        )}
      </Field>
      {takesSecret ? (
        <>
          {comesLater && provider.setup !== null && (
            <p className="text-sm text-muted">
              {words.sources.setup.secretFrom} <MarkedText text={provider.setup.secret} />
            </p>
          )}
          {!comesLater && (
            <SecretField
              provider={provider}
              value={secret}
              onChange={setSecret}
              label={secretWords.label}
              error={isOfSecret ? refusal.detail : undefined}
            />
          )}
          {!choosesSecret(provider) && (
            <Checkbox
              label={secretWords.later}
              checked={comesLater}
              onChange={({ target }) => setComesLater(target.checked)}
            />
          )}
        </>
      ) : (
        <p className="text-sm text-muted">{secretWords.kinds[provider.secrets as keyof typeof secretWords.kinds]}</p>
      )}
      {(schema?.required ?? []).length > 0 && <StepsBefore provider={provider} />}
      {schema !== null && <OptionFields schema={schema} texts={texts} onChange={setTexts} invalid={invalid} />}
      {!isOfSecret && <ErrorNotice error={error} />}
      {isOfSecret && comesLater && <ErrorNotice error={error} />}
      <div>
        <Button type="submit" kind="primary" busy={busy} disabled={takesSecret && !comesLater && secret.trim() === ''}>
          {wizard.create}
        </Button>
      </div>
    </form>
  );
}
