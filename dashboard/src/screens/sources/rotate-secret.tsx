import { useState, type FormEvent, type ReactNode } from 'react';
import { problemOf } from '../../api/problem.js';
import { Button } from '../../ui/button.js';
import { CopyText } from '../../ui/copy.js';
import { Dialog } from '../../ui/dialog.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { choosesSecret, mayGenerate, newSecret } from './new-secret.js';
import { SecretField } from './secret-field.js';
import { changeSource, type Provider, type Source } from '../../queries/sources-queries.js';

/**
 * Sets a new secret beside the current one, or ends a rotation with the new one alone. Secrets are never readable, so
 * each that stays is entered again.
 */
export function RotateSecret({
  ws,
  source,
  provider,
  step,
  onClose,
}: {
  readonly ws: string;
  readonly source: Source;
  readonly provider: Provider;
  readonly step: 'begin' | 'end';
  readonly onClose: () => void;
}): ReactNode {
  const { rotation } = words.sources;
  const [next, setNext] = useState(() => (step === 'begin' && choosesSecret(provider) ? newSecret(provider) : ''));
  const [current, setCurrent] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [isDone, setDone] = useState(false);
  const keepsCurrent = step === 'begin' && source.secrets > 0;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const secrets = keepsCurrent && current.trim() !== '' ? [next, current] : [next];
      await changeSource(ws, source.id, { secrets });
      if (step === 'begin' && mayGenerate(provider)) return setDone(true);
      toast(step === 'begin' ? words.sources.settings.saved : rotation.ended);
      onClose();
    } catch (failure) {
      const problem = problemOf(failure);
      setError(problem.detail ?? problem.title);
    } finally {
      setBusy(false);
    }
  };
  const actionOf = (): string => {
    if (step === 'end') return rotation.end;
    if (!keepsCurrent) return rotation.set;
    return current.trim() === '' ? rotation.replace : rotation.save;
  };
  const title = step === 'end' ? rotation.end : source.secrets === 0 ? rotation.set : rotation.begin;
  if (isDone) {
    return (
      <Dialog open onClose={onClose} title={title} description={rotation.begun(provider.label)}>
        <CopyText text={next} label={rotation.newer} />
        <Button kind="primary" onClick={onClose}>
          {words.dialog.close}
        </Button>
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={title} description={step === 'end' ? rotation.endHint : rotation.beginHint}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <SecretField
          provider={step === 'begin' ? provider : undefined}
          value={next}
          onChange={setNext}
          label={rotation.newer}
          error={error}
        />
        {keepsCurrent && (
          <>
            <SecretField provider={undefined} value={current} onChange={setCurrent} label={rotation.older} />
            <p className="text-sm text-muted">{current.trim() === '' ? rotation.withoutOlder : rotation.withOlder}</p>
          </>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button
            type="submit"
            kind={keepsCurrent && current.trim() === '' ? 'danger' : 'primary'}
            busy={busy}
            disabled={next.trim() === ''}
          >
            {actionOf()}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
