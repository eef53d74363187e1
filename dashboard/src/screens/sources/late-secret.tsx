import { useState, type ReactNode } from 'react';
import { problemOf } from '../../api/problem.js';
import { Button } from '../../ui/button.js';
import { words } from '../../words/words.js';
import { SecretField } from './secret-field.js';
import { changeSource, type Provider, type Source } from '../../queries/sources-queries.js';

/** Takes the secret that the sender showed after it got the URL. */
export function LateSecret({
  ws,
  source,
  provider,
}: {
  readonly ws: string;
  readonly source: Source;
  readonly provider: Provider;
}): ReactNode {
  const { secret: secretWords } = words.sources;
  const [secret, setSecret] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const save = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await changeSource(ws, source.id, { secrets: [secret] });
    } catch (failure) {
      const problem = problemOf(failure);
      setError(problem.detail ?? problem.title);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      className="flex flex-col gap-3 p-3"
    >
      <p className="text-sm">{secretWords.lateHint(provider.label)}</p>
      <SecretField provider={provider} value={secret} onChange={setSecret} label={secretWords.label} error={error} />
      <div>
        <Button type="submit" kind="primary" busy={busy} disabled={secret.trim() === ''}>
          {secretWords.save}
        </Button>
      </div>
    </form>
  );
}
